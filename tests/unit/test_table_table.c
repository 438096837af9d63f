#include "unit/unit.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "table/table.h"

static bool equal(struct ho_slice a, const char *b)
{
	return ho_slice_is(a, b);
}

static void read_ok(struct ho_table *table, const char *in, const struct ho_table_options *options)
{
	struct ho_error err;
	assert_ok(ho_table_read_bytes(table, ho_slice_str(in), options, &err), &err);
}

static bool told(const struct ho_table *table, const char *part)
{
	for (size_t i = 0; i < table->notes.n; i++)
		if (strstr(table->notes.items[i].sentence, part))
			return true;
	for (size_t i = 0; i < table->notes.n; i++)
		print_message("note: %s\n", table->notes.items[i].sentence);
	return false;
}

static struct ho_table_options plain(void)
{
	return (struct ho_table_options){
	    .rows = {.read = {.path = "input", .format = HO_FORMAT_CSV}, .want_labels = true}};
}

static void labels_are_sorted_trimmed_and_counted(void **state)
{
	(void)state;
	struct ho_table t;
	struct ho_table_options options = plain();
	char room[HO_ID_ROOM];
	read_ok(&t, "text,label\na, spam\n,ham\nb,Ham\nc,\nd,spam \ne\n \"f \" ,ham\n", &options);
	assert_int_equal(t.n, 4);
	assert_int_equal(t.label_count, 3);
	assert_true(equal(t.labels[0], "Ham") && equal(t.labels[1], "ham") && equal(t.labels[2], "spam"));
	static const uint32_t labels[] = {2, 0, 2, 1}, rows[] = {1, 3, 5, 7};
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(t.label[i], labels[i]);
		assert_int_equal(t.row[i], rows[i]);
	}
	assert_null(t.id);
	assert_true(equal(ho_table_id(&t, 3, room), "7"));
	assert_true(equal(t.text_name, "text") && equal(t.target_name, "label"));
	assert_int_equal(t.rejects, 1);
	assert_true(told(&t, "6 rows read."));
	assert_true(told(&t, "1 row with an empty text set aside."));
	assert_true(told(&t, "1 row with an empty label set aside."));
	assert_true(told(&t, "Labels 'ham' (1 row) and 'Ham' (1 row) differ only by case or blanks"));
	assert_true(told(&t, "1 row could not be read: input row 6 (line 7)"));
	ho_table_release(&t);
}

static void labels_are_mapped(void **state)
{
	(void)state;
	static const char *const map[] = {"a=x", "b=", "c=d=y", "never=z"};
	struct ho_table t;
	struct ho_table_options options = plain();
	options.rows.map = map;
	options.rows.maps = 4;
	read_ok(&t, "text,label\n1,a\n2,b\n3,c=d\n4,x\n", &options);
	assert_int_equal(t.n, 3);
	assert_int_equal(t.label_count, 2);
	assert_true(equal(t.labels[t.label[0]], "x") && equal(t.labels[t.label[1]], "y") &&
	            equal(t.labels[t.label[2]], "x"));
	assert_true(told(&t, "1 row left out by --map.") && told(&t, "--map 'never=z' fits no label."));
	ho_table_release(&t);
}

static void columns_are_chosen(void **state)
{
	(void)state;
	static const struct {
		const char *in, *text, *target, *note;
	} cases[] = {
	    {"label,text\nx,a\ny,b\n", "text", "label", "The text is column 'text'."},
	    {"Category,Message\nx,a\ny,b\n", "Message", "Category", "The target is column 'Category'."},
	    {"sentiment,review,url\nx,a,http\ny,b,http\n", "review", "sentiment", "The text is column 'review'."},
	    {"when,note,class,kind\n2024-01-01T10:00:00 2024-01-01T10:00:00,some words,x,aaaaaaaaaaaaaaaaaaaaaaa\n"
	     "2024-01-01T10:00:00 2024-01-01T10:00:01,other words,y,aaaaaaaaaaaaaaaaaaaaaaa\n"
	     "2024-01-01T10:00:00 2024-01-01T10:00:02,third words,y,aaaaaaaaaaaaaaaaaaaaaaa\n",
	     "note", "class", "which has the longest values"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct ho_table t;
		struct ho_table_options options = plain();
		read_ok(&t, cases[i].in, &options);
		assert_true(equal(t.text_name, cases[i].text) && equal(t.target_name, cases[i].target));
		assert_true(told(&t, cases[i].note));
		ho_table_release(&t);
	}
}

static void refusals_help(void **state)
{
	(void)state;
	static const char *const texts[] = {"texts"}, *const both[] = {"label"}, *const map[] = {"nonsense"};
	static const struct {
		const char *in;
		const char *const *text;
		const char *target, *map;
		enum ho_status status;
		const char *part;
	} cases[] = {
	    {"text,label\na,x\n", texts, NULL, NULL, HO_ENOTFOUND,
	     "no column 'texts'; did you mean 'text'?; there are: text, label"},
	    {"text,label\na,x\n", NULL, "urgent", NULL, HO_ENOTFOUND, "no column 'urgent'; there are: text, label"},
	    {"text,label\na,x\n", both, NULL, NULL, HO_EINVAL, "holds the labels"},
	    {"text,label\na,x\n", both, "label", NULL, HO_EINVAL, "both text and target"},
	    {"text,other\na,x\n", NULL, NULL, NULL, HO_EINVAL,
	     "which column holds the labels; say --target COLUMN; there are: text, other"},
	    {"1,2\n3,4\n", NULL, "2", NULL, HO_EINVAL, "which column is the text"},
	    {"text,label\n", NULL, NULL, NULL, HO_EFORMAT, "no row under it"},
	    {"text,label\na\nb\n", NULL, NULL, NULL, HO_EFORMAT,
	     "none of its 2 rows could be read; row 1: too few fields"},
	    {"text,label\n,x\nb,\n", NULL, NULL, NULL, HO_EFORMAT, "of 2 rows read, 1 has no text and 1 has no label"},
	    {"", NULL, NULL, NULL, HO_EFORMAT, "empty"},
	    {"text,label\na,x\n", NULL, NULL, "yes", HO_EINVAL, "OLD=NEW"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct ho_table t;
		struct ho_error err = {.code = HO_OK};
		struct ho_table_options options = plain();
		options.rows.text = cases[i].text;
		options.rows.texts = cases[i].text != NULL;
		options.rows.target = cases[i].target;
		options.rows.map = map;
		options.rows.maps = cases[i].map != NULL;
		assert_int_equal(ho_table_read_bytes(&t, ho_slice_str(cases[i].in), &options, &err), cases[i].status);
		if (!strstr(err.message, cases[i].part))
			fail_msg("case %zu: %s", i, err.message);
		assert_int_equal(t.n, 0);
		assert_null(t.text);
	}
}

/* `rows` rows, of which `values` different ones in column `what`, and a column kind with two. */
static void make_rows(struct ho_buf *out, size_t rows, size_t values, const char *padding)
{
	struct ho_error err;
	ho_buf_init(out, 1 << 26);
	assert_ok(ho_buf_printf(out, &err, "text,what,kind\n"), &err);
	for (size_t i = 0; i < rows; i++)
		assert_ok(
		    ho_buf_printf(out, &err, "text %zu,%s%zu,%s\n", i, padding, i % values, i % 2 ? "odd" : "even"),
		    &err);
}

static void targets_must_look_like_labels(void **state)
{
	(void)state;
	static char long_value[200];
	memset(long_value, 'v', sizeof long_value - 1);
	static const struct {
		size_t rows, values;
		const char *padding;
		bool good;
	} cases[] = {
	    {1000, 500, "", true}, /* five hundred classes of two rows each */
	    {1000, 501, "", false},  {99, 60, "", true},       {20, 20, "", false},         {19, 19, "", true},
	    {30000, 1500, "", true}, {12000, 1500, "", false}, {200, 5, long_value, false}, {3, 3, "", true},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct ho_table t;
		struct ho_buf in;
		struct ho_error err = {.code = HO_OK};
		struct ho_table_options options = plain();
		options.rows.target = "what";
		make_rows(&in, cases[i].rows, cases[i].values, cases[i].padding);
		enum ho_status status = ho_table_read_bytes(&t, ho_buf_slice(&in), &options, &err);
		if (status != (cases[i].good ? HO_OK : HO_EINVAL))
			fail_msg("case %zu: %s", i, err.message);
		if (!cases[i].good)
			assert_non_null(strstr(err.message, "columns that do: kind"));
		ho_table_release(&t);
		ho_buf_release(&in);
	}
}

static void one_label_cannot_be_learnt(void **state)
{
	(void)state;
	struct ho_table t;
	struct ho_error err;
	struct ho_table_options options = plain();
	read_ok(&t, "text,label\na,x\nb,x\n", &options);
	assert_int_equal(ho_table_check_trainable(&t, &err), HO_EFORMAT);
	assert_non_null(strstr(err.message, "the one label 'x'"));
	ho_table_release(&t);
	read_ok(&t, "text,label\na,x\nb,y\n", &options);
	assert_ok(ho_table_check_trainable(&t, &err), &err);
	ho_table_release(&t);
}

static void unlabelled_rows_keep_their_place(void **state)
{
	(void)state;
	struct ho_rows_options options = {.read = {.path = "input", .format = HO_FORMAT_CSV}, .keep_empty = true};
	struct ho_rows *rows;
	struct ho_row row;
	struct ho_error err;
	bool more;
	static const char *const ids[] = {"k1", "2", "k3"};
	assert_ok(ho_rows_open_bytes(&rows, ho_slice_str("id,text,more\nk1,a,x\n,,y\nk3,c,z\n"), &options, &err), &err);
	for (size_t i = 0; i < 3; i++) {
		assert_ok(ho_rows_next(rows, &row, &more, &err), &err);
		assert_true(more && equal(row.id, ids[i]));
		assert_int_equal(row.has_id, i != 1);
		assert_int_equal(row.text.len, i != 1);
	}
	assert_ok(ho_rows_next(rows, &row, &more, &err), &err);
	assert_false(more);
	ho_rows_close(rows);
}

/* A mail may fit and its text not: one byte of Windows-1252 becomes three of UTF-8. No other row suffers. */
static void a_text_too_long_is_one_bad_row(void **state)
{
	(void)state;
	static const char start[] = "From a@b.c Mon Jan  1 00:00:00 2001\nFrom: a@b.c\nSubject: long\nContent-Type: "
	                            "text/plain; charset=windows-1252\nContent-Transfer-Encoding: 8bit\n\n";
	static const char end[] = "\n\nFrom a@b.c Mon Jan  1 00:00:01 2001\nFrom: a@b.c\nSubject: short\n\nhello\n";
	size_t euros = HO_TEXT_MAX / 3 + 1, len = sizeof start - 1 + euros + sizeof end - 1;
	char *bytes = malloc(len);
	struct ho_table t;
	struct ho_error err;
	struct ho_table_options options = {.rows = {.read = {.path = "input", .format = HO_FORMAT_MAIL}}};
	memcpy(bytes, start, sizeof start - 1);
	memset(bytes + sizeof start - 1, 0x80, euros);
	memcpy(bytes + sizeof start - 1 + euros, end, sizeof end - 1);
	assert_ok(ho_table_read_bytes(&t, ho_slice(bytes, len), &options, &err), &err);
	assert_int_equal(t.n, 1);
	assert_true(equal(t.text[0], "short\nhello"));
	assert_int_equal(t.rejects, 1);
	assert_true(told(&t, "the text is longer than the allowed 64 MiB"));
	ho_table_release(&t);
	free(bytes);
}

static void texts_are_joined_and_groups_kept(void **state)
{
	(void)state;
	static const char *const texts[] = {"subject", "body"};
	struct ho_table t;
	struct ho_table_options options = plain();
	options.rows.text = texts;
	options.rows.texts = 2;
	options.rows.group = "customer";
	options.rows.time = "at";
	options.keep_columns = true;
	read_ok(&t, "body,subject,label,customer,at,x\nb1,s1,p,c1,2024,1\nb2,,q,,2023,2\n,s3,p,c1,,\n", &options);
	assert_true(equal(t.text[0], "s1\nb1") && equal(t.text[1], "b2") && equal(t.text[2], "s3"));
	assert_int_equal(t.group[0], 0);
	assert_int_equal(t.group[1], HO_GROUP_NONE);
	assert_int_equal(t.group[2], 0);
	assert_int_equal(t.group_count, 1);
	assert_true(equal(t.groups[0], "c1") && equal(t.time[1], "2023") && equal(t.text_name, "subject+body"));
	assert_int_equal(t.column_count, 3); /* each text too: what they were cannot be told from the joined one */
	assert_true(equal(t.columns[0].name, "body") && equal(t.columns[0].values[1], "b2"));
	assert_true(equal(t.columns[2].name, "x") && equal(t.columns[2].values[1], "2"));
	ho_table_release(&t);
}

static void rare_spellings_are_counted(void **state)
{
	(void)state;
	struct ho_table t;
	struct ho_buf in;
	struct ho_error err;
	struct ho_table_options options = plain();
	uint64_t rows = 0;
	ho_buf_init(&in, 1 << 20);
	assert_ok(ho_buf_printf(&in, &err, "text,label\n"), &err);
	for (int i = 0; i < 1200; i++)
		assert_ok(ho_buf_printf(&in, &err, "text %d,%s\n", i,
		                        i < 10   ? "SPAM"
		                        : i < 30 ? "Spam"
		                                 : "spam"),
		          &err);
	read_ok(&t, in.data, &options);
	for (size_t i = 0; i < t.notes.n; i++)
		rows += t.notes.items[i].kind == HO_NOTE_LABEL_LOOKALIKE ? t.notes.items[i].count : 0;
	assert_int_equal(rows, 30);
	assert_true(told(&t, "1,200 rows read."));
	assert_true(told(&t, "Labels 'Spam' (20 rows) and 'spam' (1,170 rows)") && told(&t, "--map Spam=spam"));
	ho_table_release(&t);
	ho_buf_release(&in);
}

static void wishes_are_granted_if_they_can_be(void **state)
{
	(void)state;
	static const char *const wish[] = {"subject", "body"};
	struct ho_table t;
	struct ho_table_options options = plain();
	options.rows.wish_text = wish;
	options.rows.wish_texts = 2;
	options.rows.wish_target = "urgent";
	read_ok(&t, "text,subject,body,label,urgent\na,b,c,x,y\n", &options);
	assert_true(equal(t.text[0], "b\nc") && equal(t.target_name, "urgent"));
	ho_table_release(&t);
	read_ok(&t, "text,subject,label\na,b,x\n", &options);
	assert_true(equal(t.text_name, "text") && equal(t.target_name, "label"));
	ho_table_release(&t);
	options.rows.target = "label";
	read_ok(&t, "text,subject,body,label,urgent\na,b,c,x,y\n", &options);
	assert_true(equal(t.target_name, "label"));
	ho_table_release(&t);
	options = plain(); /* the first record decides */
	options.rows.read.format = HO_FORMAT_JSONL;
	options.rows.wish_text = wish;
	options.rows.wish_texts = 2;
	read_ok(&t,
	        "{\"text\":\"a\",\"label\":\"x\"}\n{\"subject\":\"s\",\"body\":\"b\",\"text\":\"c\",\"label\":\"x\"}\n",
	        &options);
	assert_true(equal(t.text[1], "c"));
	ho_table_release(&t);
}

static void labels_may_be_optional(void **state)
{
	(void)state;
	struct ho_table t;
	struct ho_table_options options = plain();
	options.rows.labels_optional = true;
	options.keep_columns = true;
	read_ok(&t, "text,other\na,x\nb,\n", &options); /* nothing that is plainly labels */
	assert_int_equal(t.n, 2);
	assert_null(t.label);
	ho_table_release(&t);
	read_ok(&t, "text,label,more\na,x,1\nb,,2\nc,y,3\n", &options); /* labels: rows without one are set aside */
	assert_int_equal(t.n, 2);
	assert_true(equal(t.text[1], "c") && t.row[1] == 3 && equal(t.columns[0].values[1], "3"));
	assert_true(told(&t, "1 row with an empty label set aside."));
	ho_table_release(&t);
	read_ok(&t, "text,label\na,\nb,\n", &options); /* an empty column */
	assert_int_equal(t.n, 2);
	assert_null(t.label);
	ho_table_release(&t);
	struct ho_buf in;
	struct ho_error err;
	ho_buf_init(&in, 1 << 20);
	assert_ok(ho_buf_printf(&in, &err, "text,label\n"), &err);
	for (int i = 0; i < 200; i++)
		assert_ok(ho_buf_printf(&in, &err, i % 4 ? "text %d,id-%d\n" : "text %d,\n", i, i), &err);
	read_ok(&t, in.data, &options); /* no labels after all: no row is lost */
	assert_int_equal(t.n, 200);
	assert_false(told(&t, "set aside"));
	ho_table_release(&t);
	ho_buf_release(&in);
}

static void a_text_is_a_string(void **state)
{
	(void)state;
	struct ho_table t;
	struct ho_table_options options = plain();
	options.rows.read.format = HO_FORMAT_JSONL;
	read_ok(&t,
	        "{\"id\":\"k\",\"text\":\"a\",\"label\":\"x\"}\n{\"text\":5,\"label\":\"y\"}\n{\"text\":[\"b\"],"
	        "\"label\":\"x\"}\n"
	        "{\"text\":{\"v\":\"c\"},\"label\":\"x\"}\n{\"text\":true,\"label\":\"x\"}\n"
	        "{\"text\":null,\"label\":\"x\"}\n{\"id\":{\"v\":1},\"text\":\"d\",\"label\":\"y\"}\n",
	        &options);
	assert_int_equal(t.n, 3);
	assert_int_equal(t.rejects, 3);
	assert_true(equal(t.text[1], "5") && equal(t.text[2], "d") && equal(t.id[2], "7"));
	assert_true(told(&t, "row 3 (line 3): the text is a list, an object, true or false, and not a string"));
	assert_true(told(&t, "1 row with a number where the text should be"));
	assert_true(told(&t, "1 row has a list or an object as its id"));
	assert_true(told(&t, "1 row with an empty text set aside."));
	ho_table_release(&t);
}

/* Rejects that are found while the sampled rows are looked at again belong into the file as well. */
static void late_rejects_are_written(void **state)
{
	(void)state;
	struct ho_table t;
	struct ho_mapping file;
	struct ho_error err;
	char path[] = "/tmp/ho_late_XXXXXX";
	int fd = mkstemp(path);
	struct ho_table_options options = plain();
	options.rows.read.format = HO_FORMAT_JSONL;
	options.rows.read.rejects_path = path;
	options.rows.target = "kind";
	assert_true(fd >= 0);
	(void)close(fd);
	read_ok(&t, "{\"words\":\"some words\",\"kind\":\"x\"}\nbad\n{\"words\":[1],\"kind\":\"x\"}\n", &options);
	assert_int_equal(t.rejects, 2);
	assert_ok(ho_mapping_open(&file, path, &err), &err);
	assert_non_null(memmem(file.bytes.ptr, file.bytes.len, "not valid JSON", 14));
	assert_non_null(memmem(file.bytes.ptr, file.bytes.len, "\"row\":3", 7));
	ho_mapping_close(&file);
	(void)unlink(path);
	ho_table_release(&t);
}

/* A first row taken for a header is somebody's text. */
static void sentences_are_not_quoted(void **state)
{
	(void)state;
	static const char in[] = "ham,Go until jurong point crazy available only\nspam,Win a prize now and call us\n"
	                         "ham,See you at home then my dear\n";
	struct ho_table t;
	struct ho_error err;
	struct ho_table_options options = plain();
	assert_int_equal(ho_table_read_bytes(&t, ho_slice_str(in), &options, &err), HO_EINVAL);
	assert_non_null(strstr(err.message, "the first line does not look like a header"));
	assert_null(strstr(err.message, "jurong"));
	options.rows.target = "hams";
	assert_int_equal(ho_table_read_bytes(&t, ho_slice_str(in), &options, &err), HO_ENOTFOUND);
	assert_null(strstr(err.message, "jurong"));
	options.rows.target = "ham";
	read_ok(&t, in, &options);
	assert_true(told(&t, "The text is column 2") && told(&t, "the first line does not look like a header"));
	assert_false(told(&t, "jurong"));
	ho_table_release(&t);
}

static void columns_may_come_late(void **state)
{
	(void)state;
	struct ho_table t;
	struct ho_table_options options = plain();
	options.rows.read.format = HO_FORMAT_JSONL;
	options.keep_columns = true;
	read_ok(&t, "{\"n\":1}\n{\"text\":\"a\",\"label\":\"x\"}\n{\"text\":\"b\",\"label\":\"y\",\"late\":\"z\"}\n",
	        &options);
	assert_int_equal(t.n, 2);
	assert_int_equal(t.column_count, 2);
	assert_true(equal(t.columns[0].name, "n") && t.columns[0].values[0].ptr == NULL);
	assert_true(equal(t.columns[1].name, "late") && t.columns[1].values[0].ptr == NULL &&
	            equal(t.columns[1].values[1], "z"));
	ho_table_release(&t);
}

static void same_slices(const struct ho_slice *a, const struct ho_slice *b, size_t n)
{
	assert_int_equal(a == NULL, b == NULL);
	for (size_t i = 0; a && i < n; i++) {
		assert_int_equal(a[i].ptr == NULL, b[i].ptr == NULL);
		assert_true(ho_slice_equal(a[i], b[i]));
	}
}

static void written_rows_read_back(void **state)
{
	(void)state;
	char path[] = "/tmp/ho_rows_XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	(void)close(fd);
	struct ho_table t, back;
	struct ho_writer writer;
	struct ho_error err;
	struct ho_table_options options = plain();
	options.rows.group = "customer";
	options.rows.time = "at";
	options.keep_columns = true;
	read_ok(&t,
	        "id,text,label,customer,at,\"a \"\"b\"\"\"\n"
	        "i1,\"line\nbreak \"\"q\"\" \\ \x01\x7F\xE2\x80\xA8 "
	        "\xF0\x9F\x98\x80\",x,c1,2024-01-01,v\n,b,y,,,\ni3,c,x,c2,2,w\n",
	        &options);
	assert_ok(ho_writer_open(&writer, path, &err), &err);
	assert_ok(ho_table_write_jsonl(&writer, &t, NULL, 2, &err), &err);
	assert_ok(ho_table_write_row(&writer, &t, 2, &err), &err);
	assert_ok(ho_writer_commit(&writer, &err), &err);
	options.rows.read.path = path;
	options.rows.read.format = HO_FORMAT_JSONL;
	assert_ok(ho_table_read(&back, &options, NULL, &err), &err);
	assert_int_equal(back.n, t.n);
	same_slices(t.text, back.text, t.n);
	same_slices(t.time, back.time, t.n);
	same_slices(t.labels, back.labels, t.label_count);
	same_slices(t.groups, back.groups, t.group_count);
	same_slices(t.columns[0].values, back.columns[0].values, t.n);
	assert_memory_equal(t.label, back.label, t.n * sizeof *t.label);
	assert_memory_equal(t.group, back.group, t.n * sizeof *t.group);
	same_slices(t.id, back.id, t.n);
	assert_true(equal(back.columns[0].name, "a \"b\"") && equal(back.id[1], "2"));
	ho_table_release(&t);
	ho_table_release(&back);
	(void)unlink(path);
}

static void prodigy_answers_can_be_the_target(void **state)
{
	(void)state;
	struct ho_table t;
	struct ho_table_options options = plain();
	options.rows.read.format = HO_FORMAT_JSONL;
	options.rows.target = "answer";
	read_ok(&t,
	        "{\"text\":\"a\",\"label\":\"X\",\"answer\":\"accept\"}\n{\"text\":\"b\",\"label\":\"X\",\"answer\":"
	        "\"reject\"}\n",
	        &options);
	assert_int_equal(t.n, 2);
	assert_true(equal(t.labels[1], "reject"));
	ho_table_release(&t);
}

static void many_rows_cost_little_memory(void **state)
{
	(void)state;
	enum { ROWS = 200000 };
	struct ho_table t;
	struct ho_buf in;
	struct ho_table_options options = plain();
	options.rows.target = "kind";
	make_rows(&in, ROWS, 10, "");
	read_ok(&t, in.data, &options);
	assert_int_equal(t.n, ROWS);
	/* A text and its NUL; blocks of the arena end unused by less than 4 MiB steps. */
	assert_true(t.arena.used < (size_t)ROWS * 13);
	ho_table_release(&t);
	ho_buf_release(&in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(labels_are_sorted_trimmed_and_counted),
	    cmocka_unit_test(labels_are_mapped),
	    cmocka_unit_test(columns_are_chosen),
	    cmocka_unit_test(refusals_help),
	    cmocka_unit_test(targets_must_look_like_labels),
	    cmocka_unit_test(one_label_cannot_be_learnt),
	    cmocka_unit_test(unlabelled_rows_keep_their_place),
	    cmocka_unit_test(a_text_too_long_is_one_bad_row),
	    cmocka_unit_test(texts_are_joined_and_groups_kept),
	    cmocka_unit_test(rare_spellings_are_counted),
	    cmocka_unit_test(wishes_are_granted_if_they_can_be),
	    cmocka_unit_test(labels_may_be_optional),
	    cmocka_unit_test(a_text_is_a_string),
	    cmocka_unit_test(late_rejects_are_written),
	    cmocka_unit_test(sentences_are_not_quoted),
	    cmocka_unit_test(columns_may_come_late),
	    cmocka_unit_test(written_rows_read_back),
	    cmocka_unit_test(prodigy_answers_can_be_the_target),
	    cmocka_unit_test(many_rows_cost_little_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
