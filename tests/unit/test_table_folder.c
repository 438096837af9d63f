/* Folders of texts, mails and HTML. */
#include "unit/unit.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "table/html.h"
#include "table/mail.h"
#include "table/table.h"

struct made {
	const char *path, *content;
};

static char root[] = "/tmp/ho_folder_XXXXXX";

static void make(const struct made *files, size_t n)
{
	char path[300];
	for (size_t i = 0; i < n; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", root, files[i].path);
		for (char *slash = path + sizeof root; (slash = strchr(slash, '/')); slash++) {
			*slash = '\0';
			(void)mkdir(path, 0700);
			*slash = '/';
		}
		FILE *file = fopen(path, "wb");
		assert_non_null(file);
		(void)fputs(files[i].content, file);
		(void)fclose(file);
	}
}

static int start(void **state)
{
	(void)state;
	memcpy(root + sizeof root - 7, "XXXXXX", 6);
	return mkdtemp(root) ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	char command[100];
	(void)snprintf(command, sizeof command, "rm -rf %s", root);
	return system(command);
}

static struct ho_table_options options_of(enum ho_format format)
{
	return (struct ho_table_options){.rows = {.read = {.path = root, .format = format}, .want_labels = true}};
}

/* "label:id:text;" for each row. */
static void expect(const struct ho_table_options *options, const char *rows, const char *note)
{
	struct ho_table t;
	struct ho_error err;
	char got[1000] = "", room[HO_ID_ROOM];
	size_t len = 0;
	assert_ok(ho_table_read(&t, options, NULL, &err), &err);
	for (size_t i = 0; i < t.n; i++) {
		struct ho_slice label = t.label ? t.labels[t.label[i]] : ho_slice_str("-"),
		                id = ho_table_id(&t, i, room);
		len += (size_t)snprintf(got + len, sizeof got - len, "%.*s:%.*s:%.*s;", (int)label.len, label.ptr,
		                        (int)id.len, id.ptr, (int)t.text[i].len, t.text[i].ptr);
	}
	assert_string_equal(got, rows);
	bool found = note == NULL;
	for (size_t i = 0; i < t.notes.n; i++)
		found |= note && strstr(t.notes.items[i].sentence, note);
	assert_true(found);
	ho_table_release(&t);
}

static void folder_per_label(void **state)
{
	(void)state;
	static const struct made files[] = {
	    {"pos/b.txt", "good"}, {"pos/a.txt", "fine"},         {"neg/deep/er/c.txt", "bad caf\xE9"},
	    {"pos/a.json", "{}"},  {"README.txt", "about"},       {"pos/.hidden.txt", "no"},
	    {".git/x.txt", "no"},  {"neg/picture.dat", "binary"}, {"neg/d.txt", ""},
	};
	make(files, sizeof files / sizeof *files);
	struct ho_table_options options = options_of(HO_FORMAT_GUESS);
	expect(&options, "neg:neg/deep/er/c.txt:bad caf\xC3\xA9;pos:pos/a.txt:fine;pos:pos/b.txt:good;",
	       "1 file converted to UTF-8.");
	expect(&options, "neg:neg/deep/er/c.txt:bad caf\xC3\xA9;pos:pos/a.txt:fine;pos:pos/b.txt:good;",
	       "Each file is read as one text.");
	expect(&options, "neg:neg/deep/er/c.txt:bad caf\xC3\xA9;pos:pos/a.txt:fine;pos:pos/b.txt:good;",
	       "1 row with an empty text");
	options.rows.read.glob = "b.*";
	expect(&options, "pos:pos/b.txt:good;", NULL);
	options.rows.read.glob = "pos/a.*";
	expect(&options, "pos:pos/a.json:{};pos:pos/a.txt:fine;", NULL);
	options.rows.read.glob = "*.nothing";
	struct ho_table t;
	struct ho_error err;
	assert_int_equal(ho_table_read(&t, &options, NULL, &err), HO_EFORMAT);
	assert_string_equal(err.place, root);
}

static void folder_without_labels(void **state)
{
	(void)state;
	static const struct made files[] = {{"b", "two"}, {"a.md", "one"}, {"c.json", "{}"}};
	struct ho_table t;
	struct ho_error err;
	make(files, 3);
	struct ho_table_options options = options_of(HO_FORMAT_GUESS);
	assert_int_equal(ho_table_read(&t, &options, NULL, &err), HO_EINVAL);
	assert_non_null(strstr(err.message, "one sub-folder per label"));
	options.rows.want_labels = false;
	expect(&options, "-:a.md:one;-:b:two;", "1 other file is passed over.");
}

static void unreadable_files_are_rejected(void **state)
{
	(void)state;
	static const struct made files[] = {
	    {"x/a.txt", "one"}, {"x/b.txt.gz", "\x1F\x8B not gzip"}, {"y/c.txt", "three"}};
	make(files, 3);
	struct ho_table_options options = options_of(HO_FORMAT_FOLDER);
	expect(&options, "x:x/a.txt:one;y:y/c.txt:three;",
	       "1 row could not be read: b.txt.gz row 2 (line 1): the gzip data are damaged");
}

static void binaries_in_a_folder_are_rejected(void **state)
{
	(void)state;
	static const struct made files[] = {{"x/a", "one"}, {"y/c", "three"}};
	char path[100];
	make(files, 2);
	(void)snprintf(path, sizeof path, "%s/x/b", root);
	FILE *file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite("HOM1\0\0\1", 1, 7, file), 7);
	(void)fclose(file);
	struct ho_table_options options = options_of(HO_FORMAT_GUESS);
	expect(&options, "x:x/a:one;y:y/c:three;", "1 row could not be read: b row 2 (line 1): this is no text");
}

static void closed_folders_are_rejected(void **state)
{
	(void)state;
	static const struct made files[] = {{"x/a.txt", "one"}, {"y/closed/b.txt", "two"}, {"z/c.txt", "three"}};
	char path[100];
	if (geteuid() == 0 && setegid(65534) == 0 && seteuid(65534) == 0) /* nothing is closed to root */
		print_message("as nobody\n");
	assert_int_not_equal(geteuid(), 0);
	memcpy(root + sizeof root - 7, "XXXXXX", 6); /* one of its own: the first is root's */
	assert_non_null(mkdtemp(root));
	make(files, 3);
	(void)snprintf(path, sizeof path, "%s/y/closed", root);
	assert_int_equal(chmod(path, 0), 0);
	struct ho_table_options options = options_of(HO_FORMAT_GUESS);
	expect(&options, "x:x/a.txt:one;z:z/c.txt:three;",
	       "1 row could not be read: closed row 2 (line 1): cannot open the sub-folder");
	assert_int_equal(chmod(path, 0700), 0);
	if (getuid() == 0)
		assert_int_equal(seteuid(0) || setegid(0), 0);
}

static void maildirs_are_mails(void **state)
{
	(void)state;
	static const struct made files[] = {
	    {"cur/2.host:2,S", "From: a@b\nSubject: Hi\n\nBody\n"},
	    {"new/1.host", "From: a@b\nSubject: Ho\n\nMore\n"},
	    {"tmp/3.host", "From: a@b\nSubj"},
	    {".Junk/cur/4.host", "From: a@b\nSubject: Buy\n\nNow\n"},
	    {"dovecot.index", "index"},
	};
	make(files, 5);
	struct ho_table_options options = options_of(HO_FORMAT_GUESS);
	options.rows.want_labels = false;
	expect(&options, "-:cur/2.host:2,S:Hi\nBody;-:new/1.host:Ho\nMore;", "The folder is a Maildir");
	options.rows.read.format = HO_FORMAT_MAIL;
	expect(&options, "-:cur/2.host:2,S:Hi\nBody;-:new/1.host:Ho\nMore;", NULL);
}

/* A file of mails, longer than the blocks it is read in. */
static void mboxes_are_read_in_pieces(void **state)
{
	(void)state;
	enum { MAILS = 300 };
	struct ho_table t;
	struct ho_error err;
	char path[100];
	(void)snprintf(path, sizeof path, "%s/all.mbox", root);
	FILE *file = fopen(path, "wb");
	assert_non_null(file);
	for (int i = 0; i < MAILS; i++) {
		(void)fprintf(file, "From x@y Thu Feb  1 10:20:30 2024\r\nFrom: x@y\r\nSubject: Mail %d\r\n\r\n", i);
		for (int k = 0; k < i * 7; k++)
			(void)fprintf(file, "Line %d\r\n", k);
		(void)fprintf(file, "end of %d\r\n\r\n", i);
	}
	(void)fclose(file);
	struct ho_table_options options = options_of(HO_FORMAT_GUESS);
	options.rows.read.path = path;
	options.rows.want_labels = false;
	assert_ok(ho_table_read(&t, &options, NULL, &err), &err);
	assert_int_equal(t.n, MAILS);
	for (int i = 0; i < MAILS; i++) {
		char first[40], last[40];
		(void)snprintf(first, sizeof first, "Mail %d\n", i);
		(void)snprintf(last, sizeof last, "end of %d", i);
		assert_memory_equal(t.text[i].ptr, first, strlen(first));
		assert_memory_equal(t.text[i].ptr + t.text[i].len - strlen(last), last, strlen(last));
		assert_int_equal(t.row[i], i + 1);
	}
	ho_table_release(&t);
}

static void folders_of_mails_are_seen(void **state)
{
	(void)state;
	static const struct made files[] = {
	    {"ham/1.txt", "From: a@b\nSubject: Hi\n\nBody\n"},
	    {"spam/2.txt", "Received: by x\n\tfolded\nSubject: =?iso-8859-1?q?caf=E9?=\n\nBuy\n"},
	};
	make(files, 2);
	struct ho_table_options options = options_of(HO_FORMAT_GUESS);
	expect(&options, "ham:ham/1.txt:Hi\nBody;spam:spam/2.txt:caf\xC3\xA9\nBuy;", "Each file is read as a mail");
	options.rows.read.format = HO_FORMAT_FOLDER;
	struct ho_table t;
	struct ho_error err;
	assert_ok(ho_table_read(&t, &options, NULL, &err), &err);
	assert_true(ho_slice_is(t.text[0], files[0].content));
	ho_table_release(&t);
}

static void mails_yield_their_text(void **state)
{
	(void)state;
	static const struct {
		const char *mail, *subject, *from, *date, *text;
	} cases[] = {
	    {"From: =?utf-8?q?J=C3=BCrg?= <j@x.ch>\r\nSubject: =?utf-8?B?R3LDvMOfZQ==?=\r\nDate: Mon, 2 Jan 2023 "
	     "10:00:00 +0100\r\n\r\nHallo\r\n",
	     "Gr\xC3\xBC\xC3\x9F"
	     "e",
	     "j@x.ch", "2023-01-02T09:00:00Z",
	     "Gr\xC3\xBC\xC3\x9F"
	     "e\nHallo"},
	    {"Subject: s\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: "
	     "quoted-printable\n\ncaf=E9 =80\n",
	     "s", "", "", "s\ncaf\xC3\xA9 \xE2\x82\xAC"},
	    {"Subject: s\nContent-Type: text/plain; charset=klingon\nContent-Transfer-Encoding: base64\n\nY2Fmw6k=\n",
	     "s", "", "", "s\ncaf\xC3\xA9"},
	    {"Subject: s\nContent-Type: multipart/alternative; boundary=q\n\n--q\nContent-Type: "
	     "text/html\n\n<p>html</p>\n--q\nContent-Type: "
	     "text/plain\n\nplain\n--q--\n",
	     "s", "", "", "s\nplain"},
	    {"Subject: s\nContent-Type: multipart/alternative; boundary=q\n\n--q\nContent-Type: text/plain\n\n "
	     "\n--q\nContent-Type: text/html\n\n"
	     "<style>p{}</style><p>one<p>two\n--q--\n",
	     "s", "", "", "s\none\ntwo"},
	    {"Subject: s\nContent-Type: multipart/mixed; boundary=q\n\n--q\n\nbody\n--q\nContent-Type: "
	     "text/plain\nContent-Disposition: "
	     "attachment\n\nsecret\n--q\nContent-Type: message/rfc822\n\nSubject: inner\n\nforwarded\n--q--\n",
	     "s", "", "", "s\nbody\nforwarded"},
	    {"Subject: cut\nContent-Type: multipart/mixed; boundary=q\n\n--q\nContent-Type: text/plain\n\nno end",
	     "cut", "", "", "cut\nno end"},
	    {"From someone Mon Jan 1 00:00:00 2024\nSubject: mbox\n\nbody\n", "mbox", "", "", "mbox\nbody"},
	    {"Subject:\n\nonly a body\n", "", "", "", "only a body"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct ho_mail mail;
		struct ho_error err;
		ho_mail_init(&mail);
		assert_ok(ho_mail_read(&mail, ho_slice_str(cases[i].mail), &err), &err);
		if (!ho_slice_is(ho_buf_slice(&mail.text), cases[i].text))
			fail_msg("case %zu gave '%s'", i, mail.text.data ? mail.text.data : "");
		assert_true(ho_slice_is(ho_buf_slice(&mail.subject), cases[i].subject));
		assert_true(ho_slice_is(ho_buf_slice(&mail.from), cases[i].from));
		assert_true(ho_slice_is(ho_buf_slice(&mail.date), cases[i].date));
		ho_mail_release(&mail);
	}
}

static void html_becomes_text(void **state)
{
	(void)state;
	static const struct {
		const char *html, *text;
	} cases[] = {
	    {"", ""},
	    {"plain  text", "plain text"},
	    {"<html><head><title>t</title></head><body>a<script>x()</script> <b>b</b>c</body>", "a bc"},
	    {"<p>one<br>two</p><div>three</div>", "one\ntwo\nthree"},
	    {"<table><tr><td>1<td>2<tr><td>3</table>", "1 2\n3"},
	    {"caf&eacute; &lt;x&gt; &#128512;&nbsp;y", "caf\xC3\xA9 <x> \xF0\x9F\x98\x80\xC2\xA0y"},
	    {"<template>no</template><style>p{}</style><ul><li>a<li>b</ul>", "a\nb"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct ho_buf out;
		struct ho_error err;
		ho_buf_init(&out, 10000);
		assert_ok(ho_html_text(&out, ho_slice_str(cases[i].html), &err), &err);
		if (!ho_slice_is(ho_buf_slice(&out), cases[i].text))
			fail_msg("case %zu gave '%s'", i, out.data ? out.data : "");
		ho_buf_release(&out);
	}
}

/* Pages made to blow up a parser: deep, and with very many attributes. */
static void wild_html_is_survived(void **state)
{
	(void)state;
	static const char *const pieces[] = {"<b>", "<div>", "<table><td>", "<i></x>", " a", "<a =\"> ", "</p>"};
	static const size_t times[] = {7900, 7900, 3900, 7900, 100000, 60000, 100000};
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
		for (int many = 0; many < 2; many++) {
			struct ho_buf html, out;
			struct ho_error err;
			ho_buf_init(&html, 1 << 26);
			ho_buf_init(&out, 1 << 26);
			assert_ok(ho_buf_printf(&html, &err, "%s", strcmp(pieces[i], " a") ? "" : "<p"), &err);
			for (size_t k = 0; k < times[i] * (many ? 10 : 1); k++)
				assert_ok(ho_buf_add(&html, pieces[i], strlen(pieces[i]), &err), &err);
			assert_ok(ho_buf_printf(&html, &err, "<p>end"), &err);
			assert_ok(ho_html_text(&out, ho_buf_slice(&html), &err), &err);
			ho_buf_release(&html);
			ho_buf_release(&out);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(folder_per_label, start, stop),
	    cmocka_unit_test_setup_teardown(folder_without_labels, start, stop),
	    cmocka_unit_test_setup_teardown(unreadable_files_are_rejected, start, stop),
	    cmocka_unit_test_setup_teardown(binaries_in_a_folder_are_rejected, start, stop),
	    cmocka_unit_test_setup_teardown(closed_folders_are_rejected, start, stop),
	    cmocka_unit_test_setup_teardown(maildirs_are_mails, start, stop),
	    cmocka_unit_test_setup_teardown(mboxes_are_read_in_pieces, start, stop),
	    cmocka_unit_test_setup_teardown(folders_of_mails_are_seen, start, stop),
	    cmocka_unit_test(mails_yield_their_text),
	    cmocka_unit_test(html_becomes_text),
	    cmocka_unit_test(wild_html_is_survived),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
