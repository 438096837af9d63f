#include "table/format.h"

#include <ctype.h>
#include <strings.h>

static const char *const names[] = {"guess", "csv", "tsv", "jsonl", "fasttext", "folder", "mail"};

const char *ho_format_name(enum ho_format format)
{
	return (size_t)format < sizeof names / sizeof *names ? names[format] : "unknown";
}

enum ho_status ho_format_parse(enum ho_format *out, const char *name, struct ho_error *err)
{
	*out = HO_FORMAT_GUESS;
	for (size_t i = 1; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0) {
			*out = (enum ho_format)i;
			return HO_OK;
		}
	return ho_fail(err, HO_EINVAL, "unknown format; there are csv, tsv, jsonl, fasttext, folder and mail");
}

static bool ends_with(struct ho_slice s, const char *suffix)
{
	size_t n = strlen(suffix);
	return s.len > n && strncasecmp(s.ptr + s.len - n, suffix, n) == 0;
}

enum ho_format ho_format__of_name(const char *path)
{
	static const struct {
		const char *suffix;
		enum ho_format format;
	} known[] = {
	    {".csv", HO_FORMAT_CSV},     {".tsv", HO_FORMAT_TSV},      {".tab", HO_FORMAT_TSV},
	    {".jsonl", HO_FORMAT_JSONL}, {".ndjson", HO_FORMAT_JSONL}, {".json", HO_FORMAT_JSONL},
	    {".ft", HO_FORMAT_FASTTEXT}, {".eml", HO_FORMAT_MAIL},     {".fasttext", HO_FORMAT_FASTTEXT},
	    {".mbox", HO_FORMAT_MAIL},
	};
	struct ho_slice name = ho_slice_str(path);
	if (ends_with(name, ".gz"))
		name.len -= 3;
	else if (ends_with(name, ".zst"))
		name.len -= 4;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (ends_with(name, known[i].suffix))
			return known[i].format;
	return HO_FORMAT_GUESS;
}

static struct ho_slice first_line(struct ho_slice *rest)
{
	const char *lf = rest->len ? memchr(rest->ptr, '\n', rest->len) : NULL;
	size_t n = lf ? (size_t)(lf - rest->ptr) + 1 : rest->len;
	struct ho_slice line = ho_slice(rest->ptr, n);
	rest->ptr += n;
	rest->len -= n;
	return ho_line_body(line);
}

/* Length of a header field's name (RFC 5322: printable ASCII but the colon), 0 if the line is none. */
static size_t header_name(struct ho_slice line)
{
	size_t n = 0;
	while (n < line.len && line.ptr[n] > ' ' && line.ptr[n] < 0x7F && line.ptr[n] != ':')
		n++;
	return n < line.len && line.ptr[n] == ':' ? n : 0;
}

bool ho_format__looks_like_mail(struct ho_slice ahead)
{
	bool sender = false, subject = false;
	for (int i = 0; i < 200 && ahead.len; i++) {
		struct ho_slice line = first_line(&ahead);
		if (line.len == 0)
			break;
		if (line.ptr[0] == ' ' || line.ptr[0] == '\t' ||
		    (i == 0 && line.len > 5 && !memcmp(line.ptr, "From ", 5)))
			continue;
		size_t n = header_name(line);
		if (n == 0)
			return false;
		sender |=
		    (n == 4 && !strncasecmp(line.ptr, "From", n)) || (n == 8 && !strncasecmp(line.ptr, "Received", n));
		subject |= n == 7 && !strncasecmp(line.ptr, "Subject", n);
	}
	return sender && subject;
}

enum ho_format ho_format__of_bytes(struct ho_slice ahead)
{
	struct ho_slice all = ahead, line = first_line(&ahead), word = ho_slice_trim(line);
	if (word.len && (word.ptr[0] == '{' || word.ptr[0] == '['))
		return HO_FORMAT_JSONL;
	if (word.len > 9 && memcmp(word.ptr, "__label__", 9) == 0)
		return HO_FORMAT_FASTTEXT;
	if (ho_format__looks_like_mail(all))
		return HO_FORMAT_MAIL;
	if (memchr(line.ptr ? line.ptr : "", '\t', line.len))
		return HO_FORMAT_TSV;
	if (line.ptr && line.len &&
	    (memchr(line.ptr, ',', line.len) || memchr(line.ptr, ';', line.len) || memchr(line.ptr, '|', line.len)))
		return HO_FORMAT_CSV;
	return HO_FORMAT_GUESS;
}

enum { SAMPLE_RECORDS = 20 };

/* Number of fields of the record at *at, quotes respected; 0 if the sample ends within it. Moves *at behind it. */
static size_t count_fields(struct ho_slice s, size_t *at, char delimiter)
{
	size_t fields = 1;
	bool quoted = false, start = true;
	while (*at < s.len && (s.ptr[*at] == '\n' || s.ptr[*at] == '\r'))
		++*at;
	for (size_t i = *at; i < s.len; i++) {
		char c = s.ptr[i];
		if (c == '"' && quoted && i + 1 < s.len && s.ptr[i + 1] == '"') {
			i++;
		} else if (c == '"' && (start || quoted)) {
			quoted = !quoted;
		} else if (!quoted && c == delimiter) {
			fields++;
			start = true;
			continue;
		} else if (!quoted && (c == '\n' || c == '\r')) {
			*at = i + 1;
			return fields;
		} else if (c == ' ' && start) {
			continue;
		}
		start = false;
	}
	*at = s.len;
	return 0;
}

char ho_format__guess_delimiter(struct ho_slice ahead)
{
	static const char candidates[] = {',', ';', '\t', '|'};
	char best = ',';
	size_t best_agree = 0, best_fields = 1;
	if (ahead.len > (size_t)1 << 20)
		ahead.len = (size_t)1 << 20;
	for (size_t c = 0; c < sizeof candidates; c++) {
		size_t at = 0, header = count_fields(ahead, &at, candidates[c]), agree = 1;
		for (int i = 0; i < SAMPLE_RECORDS && at < ahead.len; i++)
			agree += count_fields(ahead, &at, candidates[c]) == header;
		if (header > 1 && (agree > best_agree || (agree == best_agree && header > best_fields))) {
			best = candidates[c];
			best_agree = agree;
			best_fields = header;
		}
	}
	return best;
}

/* Behind the closing quote of a field opened at `open`, or 0 if it does not close within the sample. */
static size_t closing(struct ho_slice s, size_t open)
{
	for (size_t i = open + 1; i < s.len; i++) {
		if (s.ptr[i] != '"')
			continue;
		if (i + 1 < s.len && s.ptr[i + 1] == '"')
			i++;
		else
			return i + 1;
	}
	return 0;
}

bool ho_format__quotes_close(struct ho_slice s, char delimiter)
{
	bool start = true, any = false;
	for (size_t i = 0; i < s.len; i++) {
		if (start && s.ptr[i] == '"') {
			size_t end = closing(s, i);
			if (end == 0 && any) /* the sample may be cut here */
				return true;
			any = true;
			if (end == 0 ||
			    (end < s.len && s.ptr[end] != delimiter && s.ptr[end] != '\n' && s.ptr[end] != '\r'))
				return false;
			i = end - 1;
		}
		start = s.ptr[i] == delimiter || s.ptr[i] == '\n' || s.ptr[i] == '\r';
	}
	return true;
}
