#include "table/mbox.h"

#include <ctype.h>

#include "table/reader.h"

enum { BLOCK = 1 << 16, LINE_LOOK = 256 };
static const char from[] = "From ";
enum { FROM = sizeof from - 1 };

void ho_mbox_init(struct ho_mbox *mbox, struct ho_source *source)
{
	*mbox = (struct ho_mbox){.source = source};
	ho_buf_init(&mbox->raw, HO_RECORD_MAX + 4 * (size_t)BLOCK);
}

void ho_mbox_release(struct ho_mbox *mbox)
{
	ho_buf_release(&mbox->raw);
}

bool ho_mbox_is_mbox(const struct ho_mbox *mbox)
{
	return mbox->is_mbox;
}

static enum ho_status fill(struct ho_mbox *mbox, struct ho_error *err)
{
	size_t got;
	struct ho_buf *raw = &mbox->raw;
	if (mbox->at) {
		raw->len -= mbox->at;
		memmove(raw->data, raw->data + mbox->at, raw->len);
		mbox->scanned -= mbox->at;
		mbox->at = 0;
	}
	enum ho_status status = ho_buf_reserve(raw, BLOCK, err);
	if (status == HO_OK)
		status = ho_source_read(mbox->source, raw->data + raw->len, BLOCK, &got, err);
	if (status)
		return status;
	raw->len += got;
	mbox->at_end = got == 0;
	return HO_OK;
}

/* "12:34" somewhere in the line. */
static bool has_time(const char *line, size_t len)
{
	for (size_t i = 1; i + 2 < len && line[i] != '\n'; i++)
		if (line[i] == ':' && isdigit((unsigned char)line[i - 1]) && isdigit((unsigned char)line[i + 1]) &&
		    isdigit((unsigned char)line[i + 2]))
			return true;
	return false;
}

static bool follows_empty_line(const struct ho_mbox *mbox, size_t i)
{
	const char *raw = mbox->raw.data;
	if (i < mbox->at + 2 || raw[i - 1] != '\n')
		return false;
	return raw[i - 2] == '\n' || (raw[i - 2] == '\r' && i >= mbox->at + 3 && raw[i - 3] == '\n');
}

/* Where the next mail begins, or 0. Without the end of the input the last LINE_LOOK bytes are left for later. */
static size_t find_next(struct ho_mbox *mbox)
{
	const char *raw = mbox->raw.data;
	size_t end = mbox->raw.len, i = mbox->scanned;
	size_t stop = mbox->at_end ? end : end > LINE_LOOK ? end - LINE_LOOK : 0;
	for (; i < stop; i++) {
		const char *f = memchr(raw + i, 'F', stop - i);
		if (!f)
			break;
		i = (size_t)(f - raw);
		if (end - i > FROM && memcmp(f, from, FROM) == 0 && follows_empty_line(mbox, i) &&
		    has_time(f, end - i < LINE_LOOK ? end - i : LINE_LOOK))
			return mbox->scanned = i;
	}
	mbox->scanned = stop > mbox->scanned ? stop : mbox->scanned;
	return 0;
}

/* What is too long is thrown away but for its first bytes and the last ones, in which the next mail may begin. */
static void cut(struct ho_mbox *mbox)
{
	struct ho_buf *raw = &mbox->raw;
	size_t keep = mbox->at + HO_RECORD_MAX, tail = raw->len - mbox->scanned + 4;
	memmove(raw->data + keep, raw->data + raw->len - tail, tail);
	raw->len = keep + tail;
	mbox->scanned = keep + 4;
}

static enum ho_status start(struct ho_mbox *mbox, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	while (status == HO_OK && !mbox->at_end && mbox->raw.len < FROM)
		status = fill(mbox, err);
	mbox->started = true;
	mbox->is_mbox = mbox->raw.len >= FROM && memcmp(mbox->raw.data, from, FROM) == 0;
	mbox->scanned = mbox->at;
	return status;
}

enum ho_status ho_mbox_next(struct ho_mbox *mbox, struct ho_slice *mail, bool *too_long, struct ho_error *err)
{
	enum ho_status status = mbox->started ? HO_OK : start(mbox, err);
	size_t next = 0;
	*mail = ho_slice(NULL, 0);
	*too_long = false;
	while (status == HO_OK) {
		next = mbox->is_mbox ? find_next(mbox) : 0;
		if (next || mbox->at_end)
			break;
		if (!mbox->is_mbox)
			mbox->scanned = mbox->raw.len;
		if (mbox->raw.len - mbox->at > HO_RECORD_MAX + BLOCK) {
			*too_long = true;
			cut(mbox);
		}
		status = fill(mbox, err);
	}
	if (status)
		return status;
	size_t end = next ? next : mbox->raw.len;
	if (end == mbox->at)
		return HO_OK;
	*mail = ho_slice(mbox->raw.data + mbox->at, end - mbox->at);
	*too_long |= mail->len > HO_RECORD_MAX;
	mbox->at = end;
	mbox->scanned = end + (end < mbox->raw.len);
	return HO_OK;
}
