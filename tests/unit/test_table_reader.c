/* Every sin of the file formats, as a table: what goes in, which records come out, what is rejected. */
#include "unit/unit.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "table/reader.h"
#include "text/utf8.h"

#define FFFD "\xEF\xBF\xBD"
#define SLICE(literal)                                                                                                 \
	{                                                                                                              \
		literal, sizeof(literal) - 1                                                                           \
	}

/* The next record; a failure fails the test. */
static bool assert_ok_next(struct ho_reader *reader, struct ho_record *record, bool *more)
{
	struct ho_error err;
	assert_ok(ho_reader_next(reader, record, more, &err), &err);
	return *more;
}

/* Records as text: columns, then "row@line:a|b" each; a missing field is "-". */
static void render(struct ho_buf *out, struct ho_reader *reader)
{
	struct ho_record record;
	struct ho_error err;
	bool more;
	size_t n;
	for (;;) {
		assert_ok(ho_reader_next(reader, &record, &more, &err), &err);
		if (!more)
			break;
		assert_ok(ho_buf_printf(out, &err, "%llu@%llu:", (unsigned long long)record.row,
		                        (unsigned long long)record.line),
		          &err);
		for (size_t i = 0; i < record.n; i++) {
			struct ho_slice f = record.fields[i].ptr ? record.fields[i] : ho_slice_str("-");
			assert_true(ho_utf8_is_clean(record.fields[i]));
			assert_ok(ho_buf_printf(out, &err, "%s%.*s", i ? "|" : "", (int)f.len, f.ptr), &err);
		}
		assert_ok(ho_buf_add(out, "\n", 1, &err), &err);
	}
	const struct ho_slice *columns = ho_reader_columns(reader, &n);
	for (size_t i = 0; i < n; i++)
		assert_ok(ho_buf_printf(out, &err, "%s%.*s", i ? "," : "=", (int)columns[i].len, columns[i].ptr), &err);
}

struct sin {
	const char *name;
	enum ho_format format;
	struct ho_slice in;
	const char *out; /* NULL: it cannot be opened */
	uint64_t rejects;
	const char *reason; /* part of the first reject's reason or of the error */
};

static const struct sin sins[] = {
    {"plain", HO_FORMAT_CSV, SLICE("text,label\na,x\nb,y\n"), "1@2:a|x\n2@3:b|y\n=text,label", 0, NULL},
    {"CR LF and no end", HO_FORMAT_CSV, SLICE("text,label\r\na,x\r\nb,y"), "1@2:a|x\n2@3:b|y\n=text,label", 0, NULL},
    {"lone CR", HO_FORMAT_CSV, SLICE("text,label\ra,x\rb,y\r"), "1@2:a|x\n2@3:b|y\n=text,label", 0, NULL},
    {"quotes", HO_FORMAT_CSV, SLICE("text,label\n\"a, \"\"b\"\"\",x\n"), "1@2:a, \"b\"|x\n=text,label", 0, NULL},
    {"quoted line break", HO_FORMAT_CSV, SLICE("text,label\n\"a\nb\",x\nc,y\n"), "1@2:a\nb|x\n2@4:c|y\n=text,label", 0,
     NULL},
    {"blank lines", HO_FORMAT_CSV, SLICE("\n\ntext,label\n\na,x\n  \nb,y\n\n"), "1@5:a|x\n2@7:b|y\n=text,label", 0,
     NULL},
    {"byte order mark", HO_FORMAT_CSV, SLICE("\xEF\xBB\xBFtext,label\na,x\n"), "1@2:a|x\n=text,label", 0, NULL},
    {"semicolons", HO_FORMAT_CSV, SLICE("text;label\na, b, c;x\nd, e;y\n"), "1@2:a, b, c|x\n2@3:d, e|y\n=text,label", 0,
     NULL},
    {"tabs in csv", HO_FORMAT_CSV, SLICE("text\tlabel\na, b\tx\n"), "1@2:a, b|x\n=text,label", 0, NULL},
    {"bars", HO_FORMAT_CSV, SLICE("text|label\na,b,c|x\nd|y\n"), "1@2:a,b,c|x\n2@3:d|y\n=text,label", 0, NULL},
    {"delimiter inside quotes", HO_FORMAT_CSV, SLICE("text,label\n\"a;b \"\"c;d\"\";e\",x\n\"f;g\",y\n"),
     "1@2:a;b \"c;d\";e|x\n2@3:f;g|y\n=text,label", 0, NULL},
    {"too few", HO_FORMAT_CSV, SLICE("text,label\na\nb,y\n"), "2@3:b|y\n=text,label", 1, "too few fields: 1"},
    {"too many", HO_FORMAT_CSV, SLICE("text,label\na,b,c\nb,y\n"), "2@3:b|y\n=text,label", 1, "too many fields: 3"},
    {"extra empty field", HO_FORMAT_CSV, SLICE("text,label\na,x,\nb,y\n"), "1@2:a|x\n2@3:b|y\n=text,label", 0, NULL},
    {"header ends with a comma", HO_FORMAT_CSV, SLICE("text,label,\na,x,\nb,y\n"), "1@2:a|x\n2@3:b|y\n=text,label", 0,
     NULL},
    {"unclosed quote", HO_FORMAT_CSV, SLICE("text,label\na,x\n\"b,x\nc,y\nd,z\n"),
     "1@2:a|x\n3@4:c|y\n4@5:d|z\n=text,label", 1, "opened on line 3 is never closed; 2 lines"},
    {"every quote unclosed", HO_FORMAT_CSV, SLICE("text,label\n\"a,x\n\"b,y\nc,z\n"), "3@4:c|z\n=text,label", 2,
     "line 2"},
    {"unclosed in the header", HO_FORMAT_CSV, SLICE("\"text,label\na,x\n"), NULL, 0, "header cannot be read"},
    {"quote inside a field", HO_FORMAT_CSV, SLICE("text,label\na \"b\" c,x\n"), "1@2:a \"b\" c|x\n=text,label", 0,
     NULL},
    {"NUL", HO_FORMAT_CSV, SLICE("text,label\na\0b,x\n"), "1@2:a" FFFD "b|x\n=text,label", 0, NULL},
    {"Windows-1252", HO_FORMAT_CSV, SLICE("text,label\ncaf\xE9,x\n"), "1@2:caf\xC3\xA9|x\n=text,label", 0, NULL},
    {"CESU-8", HO_FORMAT_CSV, SLICE("text,label\n\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9 \xED\xA0\x80,x\n"),
     "1@2:\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9 " FFFD FFFD FFFD "|x\n=text,label", 0, NULL},
    {"same name twice", HO_FORMAT_CSV, SLICE("a,a,\" \",b\n1,2,3,4\n"), "1@2:1|2|3|4\n=a,a_2,column3,b", 0, NULL},
    {"one column", HO_FORMAT_CSV, SLICE("text\na\nb\n"), "1@2:a\n2@3:b\n=text", 0, NULL},
    {"header only", HO_FORMAT_CSV, SLICE("text,label\n"), "=text,label", 0, NULL},
    {"empty", HO_FORMAT_CSV, SLICE(""), NULL, 0, "empty"},
    {"blank", HO_FORMAT_CSV, SLICE("\n\n"), NULL, 0, "empty"},
    {"tsv", HO_FORMAT_TSV, SLICE("label\ttext\nx\ta, b\n\tc\n"), "1@2:x|a, b\n2@3:|c\n=label,text", 0, NULL},
    {"tsv with pairs of quotes", HO_FORMAT_TSV, SLICE("label\ttext\nx\t\"a\tb \"\"c\"\"\"\n"),
     "1@2:x|a\tb \"c\"\n=label,text", 0, NULL},
    {"tsv with lone quotes", HO_FORMAT_TSV, SLICE("label\ttext\nx\t\"a\ny\tb\" c\n"),
     "1@2:x|\"a\n2@3:y|b\" c\n=label,text", 0, NULL},
    {"jsonl", HO_FORMAT_JSONL, SLICE("{\"text\":\"a\",\"label\":\"x\"}\n\n{\"text\":\"b\",\"label\":\"y\",\"n\":1}\n"),
     "1@1:a|x\n2@3:b|y|1\n=text,label,n", 0, NULL},
    {"jsonl values", HO_FORMAT_JSONL,
     SLICE("{\"a\":1,\"b\":0.1,\"c\":true,\"d\":null,\"e\":[1,\"x\"],\"f\":\"\",\"g\":{\"h\":{\"i\":2}}}\n"),
     "1@1:1|0.1|true|-|[1,\"x\"]||{\"i\":2}\n=a,b,c,d,e,f,g.h", 0, NULL},
    {"jsonl bad rows", HO_FORMAT_JSONL, SLICE("{\"text\":\"a\"}\n{\"text\":\n[1]\n7\n{\"text\":\"b\"}\n"),
     "1@1:a\n5@5:b\n=text", 3, "not valid JSON"},
    {"jsonl lone surrogates", HO_FORMAT_JSONL,
     SLICE("{\"text\":\"\\ud800a\\uDC00 \\ud83d\\ude00 \\\\ud800 \\ud800\\u0041\"}\n"),
     "1@1:" FFFD "a" FFFD " \xF0\x9F\x98\x80 \\ud800 " FFFD "A\n=text", 0, NULL},
    {"jsonl NUL", HO_FORMAT_JSONL, SLICE("{\"text\":\"a\\u0000b\"}\n"), "1@1:a" FFFD "b\n=text", 0, NULL},
    {"jsonl huge number", HO_FORMAT_JSONL, SLICE("{\"text\":\"a\",\"n\":12345678901234567890123}\n"),
     "1@1:a|1.2345678901234568e+22\n=text,n", 0, NULL},
    {"jsonl array file", HO_FORMAT_JSONL, SLICE("[{\"text\":\"a\"},\n{\"text\":\"b\"}]\n"), "1@1:a\n2@2:b\n=text", 0,
     NULL},
    {"array broken over lines", HO_FORMAT_JSONL,
     SLICE(
         "\n [\n  {\n    \"text\": \"a, ]} \\\" \\\\\",\n    \"n\": [1, {\"k\": 2}]\n  },\n  {\"text\": \"b\"}\n]\n\n"),
     "1@3:a, ]} \" \\|[1,{\"k\":2}]\n2@7:b|-\n=text,n", 0, NULL},
    {"array with other things", HO_FORMAT_JSONL, SLICE("[{\"text\":\"a\"}, 7, [1], {bad}, , {\"text\":\"b\"}]"),
     "1@1:a\n5@1:b\n=text", 3, "not valid JSON"},
    {"array that is cut", HO_FORMAT_JSONL, SLICE("[{\"text\":\"a\"},\n{\"text\":\"b"), "1@1:a\n=text", 1,
     "the file ends within the array"},
    {"array and more", HO_FORMAT_JSONL, SLICE("[{\"text\":\"a\"}]\n[{\"text\":\"b\"}]\n"), "1@1:a\n=text", 1,
     "something follows the end of the array"},
    {"empty array", HO_FORMAT_JSONL, SLICE("[]\n"), NULL, 0, "empty"},
    {"nested id", HO_FORMAT_JSONL, SLICE("{\"id\":\"k\",\"text\":\"a\"}\n{\"id\":[1],\"text\":\"b\"}\n"),
     "1@1:k|a\n2@2:-|b\n=id,text", 0, NULL},
    {"program", HO_FORMAT_CSV,
     SLICE("\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0\76\0\1\0\0\0\0\0\0\0\0\0\0\0\100\0\0\0\0\0\0\0\0\0\0\0\0\n"), NULL, 0,
     "this is no text"},
    {"UTF-16 without a mark", HO_FORMAT_CSV,
     SLICE("t\0e\0x\0t\0,\0l\0a\0b\0e\0l\0\n\0a\0 \0b\0 \0c\0 \0d\0 \0e\0 \0f\0 \0g\0 \0h\0 \0i\0 \0j\0,\0x\0\n\0"),
     NULL, 0, "--encoding UTF-16LE"},
    {"mbox", HO_FORMAT_GUESS,
     SLICE("From a@b Mon Jan  1 00:00:00 2024\nFrom: a@b\nSubject: One\n\nBody\n\nFrom here it goes on\n>From x\n\n"
           "From c@d Mon Jan  1 12:34:56 2024\nFrom: c@d\nSubject: Two\n\nSecond\n"),
     "1@1:-|One\nBody\n\nFrom here it goes on\n>From x|One|a@b|-\n2@1:-|Two\nSecond|Two|c@d|-\n"
     "=id,text,subject,from,date",
     0, NULL},
    {"jsonl empty", HO_FORMAT_JSONL, SLICE("\n"), NULL, 0, "empty"},
    {"prodigy", HO_FORMAT_JSONL,
     SLICE("{\"text\":\"a\",\"label\":\"X\",\"answer\":\"accept\",\"meta\":{\"source\":\"s\"}}\n"
           "{\"text\":\"b\",\"label\":\"X\",\"answer\":\"reject\"}\n{\"text\":\"c\",\"label\":\"X\",\"answer\":"
           "\"ignore\"}\n"),
     "1@1:a|X|accept|s\n=text,label,answer,meta.source", 0, NULL},
    {"prodigy choice", HO_FORMAT_JSONL, SLICE("{\"text\":\"a\",\"accept\":[\"k\",\"l\"],\"answer\":\"accept\"}\n"),
     "1@1:a|k|accept\n=text,label,answer", 0, NULL},
    {"doccano", HO_FORMAT_JSONL,
     SLICE("{\"text\":\"a\",\"label\":[\"x\"]}\n{\"text\":\"b\",\"label\":[]}\n{\"text\":\"c\",\"label\":[[0,1,\"q\"]]}"
           "\n"),
     "1@1:a|x\n2@2:b|-\n=text,label", 1, "spans"},
    {"fasttext", HO_FORMAT_FASTTEXT, SLICE("__label__x a b\n__label__x __label__y c\nno label\n\n__label__z\n"),
     "1@1:a b|x\n2@2:c|x\n3@3:no label|-\n4@5:|z\n=text,label", 0, NULL},
    {"mail", HO_FORMAT_MAIL, SLICE("From: A <a@b.c>\nSubject: Hi\n\nBody\n"),
     "1@1:input|Hi\nBody|Hi|a@b.c|-\n=id,text,subject,from,date", 0, NULL},
    {"guess jsonl", HO_FORMAT_GUESS, SLICE("{\"text\":\"a\"}\n"), "1@1:a\n=text", 0, NULL},
    {"guess fasttext", HO_FORMAT_GUESS, SLICE("__label__a b\n"), "1@1:b|a\n=text,label", 0, NULL},
    {"guess tsv", HO_FORMAT_GUESS, SLICE("label\ttext\na\tb, c\n"), "1@2:a|b, c\n=label,text", 0, NULL},
    {"guess csv", HO_FORMAT_GUESS, SLICE("text,label\na,b\n"), "1@2:a|b\n=text,label", 0, NULL},
    {"guess mail", HO_FORMAT_GUESS, SLICE("Received: x\nSubject: Hi\n\nBody\n"),
     "1@1:input|Hi\nBody|Hi|-|-\n=id,text,subject,from,date", 0, NULL},
    {"guess nothing", HO_FORMAT_GUESS, SLICE("hello world\n"), NULL, 0, "cannot tell the format"},
    {"a file is no folder", HO_FORMAT_FOLDER, SLICE("hello\n"), NULL, 0, "not a folder"},
};

static void check_sin(const struct sin *sin, struct ho_slice in)
{
	struct ho_reader_options options = {.path = "input", .format = sin->format};
	struct ho_reader *reader;
	struct ho_error err = {.code = HO_OK};
	struct ho_buf out;
	const struct ho_reject *first;
	enum ho_status status = ho_reader_open_bytes(&reader, in, &options, &err);
	if (!sin->out) {
		assert_int_not_equal(status, HO_OK);
		assert_null(reader);
		if (!strstr(err.message, sin->reason))
			fail_msg("%s: %s", sin->name, err.message);
		assert_string_equal(err.place, "input");
		return;
	}
	if (status)
		fail_msg("%s: %s", sin->name, err.message);
	ho_buf_init(&out, 1 << 20);
	render(&out, reader);
	if (strcmp(out.data, sin->out) != 0)
		fail_msg("%s gave\n%s", sin->name, out.data);
	assert_int_equal(ho_reader_rejects(reader, &first), sin->rejects);
	if (sin->rejects && !strstr(first[0].reason, sin->reason))
		fail_msg("%s: %s", sin->name, first[0].reason);
	ho_buf_release(&out);
	ho_reader_close(reader);
}

static void sins_are_read_or_rejected(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof sins / sizeof *sins; i++) {
		/* A copy of its own lets the address sanitizer see a read beyond the end. */
		char *copy = malloc(sins[i].in.len + 1);
		assert_non_null(copy);
		copy = realloc(copy, sins[i].in.len ? sins[i].in.len : 1);
		memcpy(copy, sins[i].in.ptr, sins[i].in.len);
		check_sin(&sins[i], ho_slice(copy, sins[i].in.len));
		free(copy);
	}
}

static size_t gzip(char *out, size_t room, struct ho_slice in)
{
	z_stream z = {.next_in = (Bytef *)(uintptr_t)in.ptr,
	              .avail_in = (uInt)in.len,
	              .next_out = (Bytef *)out,
	              .avail_out = (uInt)room};
	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	(void)deflateEnd(&z);
	return room - z.avail_out;
}

static void packing_is_told_by_content(void **state)
{
	(void)state;
	char packed[1000];
	size_t n = gzip(packed, sizeof packed, ho_slice_str("text,label\na,x\n"));
	n += gzip(packed + n, sizeof packed - n, ho_slice_str("b,y\n")); /* two members, as `cat a.gz b.gz` */
	struct sin sin = {"gzip", HO_FORMAT_CSV, {NULL, 0}, "1@2:a|x\n2@3:b|y\n=text,label", 0, NULL};
	check_sin(&sin, ho_slice(packed, n));
	memset(packed + n, 0, 16); /* padding */
	check_sin(&sin, ho_slice(packed, n + 16));
	static const char zstd[] = "\x28\xB5\x2F\xFD\x20\x0F\x79\x00\x00text,label\na,x\n";
	sin.out = "1@2:a|x\n=text,label";
	check_sin(&sin, ho_slice(zstd, 9 + 15));
}

static void cut_packing_is_an_error(void **state)
{
	(void)state;
	char packed[1000];
	struct ho_reader_options options = {.path = "input", .format = HO_FORMAT_CSV};
	struct ho_reader *reader;
	struct ho_record record;
	struct ho_error err;
	bool more = true;
	size_t n = gzip(packed, sizeof packed, ho_slice_str("text,label\na,x\nb,y\nc,z\n"));
	enum ho_status status = ho_reader_open_bytes(&reader, ho_slice(packed, n - 9), &options, &err);
	while (status == HO_OK && more)
		status = ho_reader_next(reader, &record, &more, &err);
	assert_int_equal(status, HO_EFORMAT);
	assert_non_null(strstr(err.message, "end early"));
	ho_reader_close(reader);
}

static char *fill(size_t len, const char *head, const char *tail)
{
	char *bytes = malloc(len + 100);
	assert_non_null(bytes);
	size_t n = strlen(head);
	memcpy(bytes, head, n);
	memset(bytes + n, 'a', len);
	memcpy(bytes + n + len, tail, strlen(tail) + 1);
	return bytes;
}

static void long_lines_work_or_are_rejected(void **state)
{
	(void)state;
	static const struct {
		size_t len;
		uint64_t rejects;
	} cases[] = {{(size_t)50 << 20, 0}, {(size_t)70 << 20, 1}};
	static const enum ho_format formats[] = {HO_FORMAT_CSV, HO_FORMAT_FASTTEXT};
	for (size_t i = 0; i < 4; i++) {
		bool csv = formats[i / 2] == HO_FORMAT_CSV;
		char *bytes =
		    fill(cases[i % 2].len, csv ? "text,label\nq,r\n" : "__label__x q\n", csv ? ",x\nb,y\n" : "\nb\n");
		struct ho_reader_options options = {.path = "input", .format = formats[i / 2]};
		struct ho_reader *reader;
		struct ho_record record;
		struct ho_error err;
		bool more = true;
		size_t n = 0, longest = 0;
		assert_ok(ho_reader_open_bytes(&reader, ho_slice_str(bytes), &options, &err), &err);
		while (assert_ok_next(reader, &record, &more))
			n++, longest = record.fields[0].len > longest ? record.fields[0].len : longest;
		assert_int_equal(ho_reader_rejects(reader, NULL), cases[i % 2].rejects);
		assert_int_equal(n, 3 - cases[i % 2].rejects);
		assert_int_equal(longest, cases[i % 2].rejects ? 1 : cases[i % 2].len);
		ho_reader_close(reader);
		free(bytes);
	}
}

/* An unclosed quote near the start of a long file costs one row, not the file. */
static void unclosed_quote_in_a_long_file(void **state)
{
	(void)state;
	struct ho_buf in;
	struct ho_error err;
	struct ho_reader_options options = {.path = "input", .format = HO_FORMAT_CSV};
	struct ho_reader *reader;
	struct ho_record record;
	bool more = true;
	size_t n = 0;
	ho_buf_init(&in, 1 << 26);
	assert_ok(ho_buf_printf(&in, &err, "text,label\n\"a,x\n"), &err);
	for (int i = 0; i < 200000; i++)
		assert_ok(ho_buf_printf(&in, &err, "row %d,y\n", i), &err);
	assert_ok(ho_reader_open_bytes(&reader, ho_buf_slice(&in), &options, &err), &err);
	while (assert_ok_next(reader, &record, &more))
		n++;
	assert_int_equal(n, 200000);
	assert_int_equal(ho_reader_rejects(reader, NULL), 1);
	ho_reader_close(reader);
	/* And a file full of them is not read again and again. */
	ho_buf_reset(&in);
	assert_ok(ho_buf_printf(&in, &err, "text,label\n"), &err);
	for (int i = 0; i < 20000; i++)
		assert_ok(ho_buf_printf(&in, &err, "\"row %d,y\n", i), &err);
	assert_ok(ho_reader_open_bytes(&reader, ho_buf_slice(&in), &options, &err), &err);
	more = true;
	while (assert_ok_next(reader, &record, &more))
		;
	assert_int_equal(ho_reader_rejects(reader, NULL), 20000);
	ho_reader_close(reader);
	ho_buf_release(&in);
}

static void rejects_are_written(void **state)
{
	(void)state;
	char path[] = "/tmp/ho_rejects_XXXXXX", line[300];
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	(void)close(fd);
	struct ho_reader_options options = {.path = "in \"put", .format = HO_FORMAT_CSV, .rejects_path = path};
	struct ho_reader *reader;
	struct ho_record record;
	struct ho_error err;
	bool more = true;
	assert_ok(ho_reader_open_bytes(&reader, ho_slice_str("text,label\na\nb,y\nc,d,e\n"), &options, &err), &err);
	while (assert_ok_next(reader, &record, &more))
		assert_ok(ho_reader_reject(reader, &record, 2, &err, "own reason"), &err);
	ho_reader_close(reader);
	static const char *const expected[] = {
	    "{\"file\":\"in \\\"put\",\"row\":1,\"line\":2,\"column\":null,\"reason\":\"too few fields: 1 where the "
	    "header has 2\"}\n",
	    "{\"file\":\"in \\\"put\",\"row\":2,\"line\":3,\"column\":2,\"reason\":\"own reason\"}\n",
	    "{\"file\":\"in \\\"put\",\"row\":3,\"line\":4,\"column\":null,\"reason\":\"too many fields: 3 where the "
	    "header has 2\"}\n",
	};
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	for (size_t i = 0; i < 3; i++) {
		assert_non_null(fgets(line, sizeof line, file));
		assert_string_equal(line, expected[i]);
	}
	assert_null(fgets(line, sizeof line, file));
	(void)fclose(file);
	(void)unlink(path);
}

static void counts_are_told(void **state)
{
	(void)state;
	static const struct {
		enum ho_format format;
		const char *in, *sentence;
	} cases[] = {
	    {HO_FORMAT_CSV, "text;label\na;x\n", "Fields are separated by \";\"."},
	    {HO_FORMAT_CSV, "text,label\na,x,\n", "1 row has an extra, empty last field."},
	    {HO_FORMAT_CSV, "text,label\ncaf\xE9,x\n", "Converted from Windows-1252."},
	    {HO_FORMAT_CSV, "text,label\n\xC3\xA9 \xE9,x\n", "1 damaged character replaced by U+FFFD."},
	    {HO_FORMAT_CSV, "text,label\na\nb\n",
	     "2 rows could not be read: input row 1 (line 2): too few fields: 1 where the header has 2; input row 2 "
	     "(line 3): too few "
	     "fields: 1 where the header has 2."},
	    {HO_FORMAT_TSV, "label\ttext\nx\t\"a\n",
	     "Quotes are taken as ordinary characters, because they do not come in pairs."},
	    {HO_FORMAT_FASTTEXT, "__label__x __label__y c\n", "1 row has several labels; the first is taken."},
	    {HO_FORMAT_JSONL,
	     "{\"text\":\"a\",\"label\":\"x\",\"answer\":\"accept\"}\n{\"text\":\"a\",\"label\":\"x\",\"answer\":"
	     "\"reject\"}\n",
	     "1 row whose answer is reject or ignore is left out."},
	    {HO_FORMAT_JSONL, "{\"text\":\"\\ud800\"}\n", "1 row has half a surrogate pair, replaced by U+FFFD."},
	    {HO_FORMAT_GUESS, "{\"text\":\"a\"}\n", "Read as jsonl, which its first line looks like."},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct ho_reader_options options = {.path = "input", .format = cases[i].format};
		struct ho_reader *reader;
		struct ho_record record;
		struct ho_error err;
		struct ho_notes notes;
		bool more = true;
		assert_ok(ho_reader_open_bytes(&reader, ho_slice_str(cases[i].in), &options, &err), &err);
		while (assert_ok_next(reader, &record, &more))
			;
		ho_notes_init(&notes);
		assert_ok(ho_reader_tell(reader, &notes, &err), &err);
		assert_int_equal(notes.n, 1);
		assert_string_equal(notes.items[0].sentence, cases[i].sentence);
		ho_notes_release(&notes);
		ho_reader_close(reader);
	}
}

/* `tail -f log | handoff classify`: a row is handed out before the next one is written. */
static void a_pipe_is_followed(void **state)
{
	(void)state;
	int ends[2];
	char path[32];
	struct ho_reader *reader;
	struct ho_record record;
	struct ho_error err;
	bool more = true;
	assert_int_equal(pipe(ends), 0);
	(void)snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
	struct ho_reader_options options = {.path = path, .format = HO_FORMAT_CSV};
	assert_int_equal(write(ends[1], "text,label\n", 11), 11);
	assert_ok(ho_reader_open(&reader, &options, &err), &err);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(write(ends[1], "a,x\n", 4), 4);
		assert_true(assert_ok_next(reader, &record, &more));
		assert_int_equal(record.row, i + 1);
	}
	(void)close(ends[1]);
	assert_false(assert_ok_next(reader, &record, &more));
	ho_reader_close(reader);
	(void)close(ends[0]);
}

struct late_cancel {
	atomic_bool cancel;
	int wake[2];
};

static void *cancel_soon(void *context)
{
	struct late_cancel *late = context;
	(void)usleep(50000);
	atomic_store(&late->cancel, true);
	assert_int_equal(write(late->wake[1], "", 1), 1);
	return NULL;
}

/* A FIFO that nobody ever writes to: neither opening nor reading it may outlast a cancellation. */
static void a_wait_can_be_cancelled(void **state)
{
	(void)state;
	char path[64];
	struct late_cancel late = {.cancel = false};
	struct ho_progress progress = {.cancel = &late.cancel};
	struct ho_reader *reader;
	struct ho_error err;
	pthread_t thread;
	(void)snprintf(path, sizeof path, "/tmp/ho_fifo_%d", (int)getpid());
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(pipe(late.wake), 0);
	progress.wake = late.wake[0];
	struct ho_reader_options options = {.path = path, .format = HO_FORMAT_CSV, .progress = &progress};
	assert_int_equal(pthread_create(&thread, NULL, cancel_soon, &late), 0);
	assert_int_equal(ho_reader_open(&reader, &options, &err), HO_ECANCELLED);
	assert_null(reader);
	(void)pthread_join(thread, NULL);
	(void)close(late.wake[0]);
	(void)close(late.wake[1]);
	(void)unlink(path);
}

/* What was read to tell the format is not lost, though it cannot be read again. */
static void a_pipe_is_opened_once(void **state)
{
	(void)state;
	static const char mail[] = "From: a@b\nSubject: Hi\n\nBody\n";
	int ends[2];
	char path[32];
	struct ho_reader *reader;
	struct ho_record record;
	struct ho_error err;
	bool more = true;
	assert_int_equal(pipe(ends), 0);
	(void)snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
	struct ho_reader_options options = {.path = path};
	assert_int_equal(write(ends[1], mail, sizeof mail - 1), sizeof mail - 1);
	(void)close(ends[1]);
	assert_ok(ho_reader_open(&reader, &options, &err), &err);
	assert_int_equal(ho_reader_format(reader), HO_FORMAT_MAIL);
	assert_true(assert_ok_next(reader, &record, &more));
	assert_true(ho_slice_is(record.fields[1], "Hi\nBody") && record.fields[0].ptr == NULL);
	assert_false(assert_ok_next(reader, &record, &more));
	ho_reader_close(reader);
	(void)close(ends[0]);
}

static void options_are_checked(void **state)
{
	(void)state;
	struct ho_reader *reader;
	struct ho_error err;
	enum ho_format format;
	struct ho_reader_options options = {.path = "-"};
	assert_int_equal(ho_reader_open(&reader, &options, &err), HO_EINVAL);
	assert_string_equal(err.place, "standard input");
	options = (struct ho_reader_options){.path = "/nonexistent/file.csv"};
	assert_int_equal(ho_reader_open(&reader, &options, &err), HO_ENOTFOUND);
	assert_string_equal(err.place, "/nonexistent/file.csv");
	options = (struct ho_reader_options){.path = "/", .format = HO_FORMAT_CSV};
	assert_int_equal(ho_reader_open(&reader, &options, &err), HO_EINVAL);
	options = (struct ho_reader_options){.path = "input", .format = HO_FORMAT_CSV, .encoding = "klingon"};
	assert_int_equal(ho_reader_open_bytes(&reader, ho_slice_str("a,b\n"), &options, &err), HO_EINVAL);
	for (enum ho_format f = HO_FORMAT_CSV; f <= HO_FORMAT_MAIL; f++) {
		assert_ok(ho_format_parse(&format, ho_format_name(f), &err), &err);
		assert_int_equal(format, f);
	}
	assert_int_equal(ho_format_parse(&format, "xlsx", &err), HO_EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sins_are_read_or_rejected),
	    cmocka_unit_test(packing_is_told_by_content),
	    cmocka_unit_test(cut_packing_is_an_error),
	    cmocka_unit_test(long_lines_work_or_are_rejected),
	    cmocka_unit_test(unclosed_quote_in_a_long_file),
	    cmocka_unit_test(rejects_are_written),
	    cmocka_unit_test(counts_are_told),
	    cmocka_unit_test(options_are_checked),
	    cmocka_unit_test(a_pipe_is_followed),
	    cmocka_unit_test(a_pipe_is_opened_once),
	    cmocka_unit_test(a_wait_can_be_cancelled),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
