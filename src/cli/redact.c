#include "redact.h"

#include "base/buf.h"
#include "text/personal.h"

/* What stands between the first and the last quote, masked; the words around it are our own. */
static enum ho_status mask_quoted(struct ho_buf *out, const char *sentence, struct ho_error *err)
{
	const char *from = strchr(sentence, '\''), *to = strrchr(sentence, '\'');
	if (!from)
		return ho_buf_printf(out, err, "%s", sentence);
	enum ho_status status = ho_buf_add(out, sentence, (size_t)(from - sentence), err);
	if (status == HO_OK)
		status = ho_personal_mask(out, ho_slice(from, (size_t)(to - from)), err);
	return status ? status : ho_buf_printf(out, err, "%s", to);
}

enum ho_status cli_redact_notes(struct ho_notes *notes, struct ho_error *err)
{
	struct ho_notes masked;
	struct ho_buf buf;
	enum ho_status status = HO_OK;
	ho_notes_init(&masked);
	ho_buf_init(&buf, SIZE_MAX);
	for (size_t i = 0; i < notes->n && status == HO_OK; i++) {
		const struct ho_note *note = &notes->items[i];
		ho_buf_reset(&buf);
		status = mask_quoted(&buf, note->sentence, err);
		if (status == HO_OK)
			status = ho_notes_add(&masked, note->kind, note->count, err, "%s", buf.data);
	}
	ho_buf_release(&buf);
	ho_notes_release(status ? &masked : notes);
	if (status == HO_OK)
		*notes = masked;
	return status;
}

void cli_redact_error(struct ho_error *err)
{
	struct ho_buf buf;
	ho_buf_init(&buf, SIZE_MAX);
	enum ho_status status = mask_quoted(&buf, err->message, NULL);
	(void)snprintf(err->message, sizeof err->message, "%s", status ? "the data cannot be read" : buf.data);
	ho_buf_release(&buf);
}
