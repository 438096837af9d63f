#include "table/mail.h"

#include <gmime/gmime.h>
#include <pthread.h>

#include "table/html.h"
#include "table/reader.h"
#include "text/encoding.h"
#include "text/utf8.h"

enum { NESTING_MAX = 32 };

void ho_mail_init(struct ho_mail *mail)
{
	ho_buf_init(&mail->subject, 4 * HO_RECORD_MAX);
	ho_buf_init(&mail->from, 4 * HO_RECORD_MAX);
	ho_buf_init(&mail->date, 64);
	ho_buf_init(&mail->text, 4 * HO_RECORD_MAX);
}

void ho_mail_release(struct ho_mail *mail)
{
	ho_buf_release(&mail->subject);
	ho_buf_release(&mail->from);
	ho_buf_release(&mail->date);
	ho_buf_release(&mail->text);
}

/* GMime keeps tables of its own and wants to be told once per process. */
static void init_gmime(void)
{
	g_mime_init();
}

static enum ho_status add_string(struct ho_buf *out, const char *text, struct ho_error *err)
{
	return text ? ho_utf8_repair(out, ho_slice_trim(ho_slice_str(text)), NULL, err) : HO_OK;
}

static enum ho_status take_sender(struct ho_mail *mail, GMimeMessage *message, struct ho_error *err)
{
	InternetAddressList *list = g_mime_message_get_from(message);
	InternetAddress *first =
	    list && internet_address_list_length(list) > 0 ? internet_address_list_get_address(list, 0) : NULL;
	if (!first)
		return HO_OK;
	if (INTERNET_ADDRESS_IS_MAILBOX(first))
		return add_string(&mail->from, internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(first)), err);
	return add_string(&mail->from, internet_address_get_name(first), err);
}

static enum ho_status take_date(struct ho_mail *mail, GMimeMessage *message, struct ho_error *err)
{
	GDateTime *date = g_mime_message_get_date(message);
	GDateTime *utc = date ? g_date_time_to_utc(date) : NULL;
	if (!utc)
		return HO_OK;
	enum ho_status status =
	    ho_buf_printf(&mail->date, err, "%04d-%02d-%02dT%02d:%02d:%02dZ", g_date_time_get_year(utc),
	                  g_date_time_get_month(utc), g_date_time_get_day_of_month(utc), g_date_time_get_hour(utc),
	                  g_date_time_get_minute(utc), g_date_time_get_second(utc));
	g_date_time_unref(utc);
	return status;
}

/* The two collections of text parts; HTML is turned into text only if there is nothing else. */
struct bodies {
	struct ho_buf plain, html;
};

static const char *charset_of(GMimeObject *part)
{
	const char *charset = g_mime_object_get_content_type_parameter(part, "charset");
	if (!charset || g_ascii_strcasecmp(charset, "us-ascii") == 0)
		return NULL; /* its bytes tell better */
	if (g_ascii_strcasecmp(charset, "iso-8859-1") == 0)
		return "WINDOWS-1252"; /* which senders mean (WHATWG Encoding Standard) */
	return charset;
}

static enum ho_status decode_part(struct ho_buf *out, struct ho_slice bytes, const char *charset, struct ho_error *err)
{
	enum ho_status status = out->len ? ho_buf_add(out, "\n", 1, err) : HO_OK;
	if (status == HO_OK)
		status = ho_decode_all(out, bytes, charset, charset ? NULL : err);
	if (status == HO_EINVAL) /* a charset nobody knows */
		status = ho_decode_all(out, bytes, NULL, err);
	else if (status && charset)
		status = ho_fail(err, status, "cannot decode a part of the mail");
	return status;
}

static enum ho_status add_part(struct bodies *bodies, GMimePart *part, struct ho_error *err)
{
	GMimeObject *object = GMIME_OBJECT(part);
	GMimeContentType *type = g_mime_object_get_content_type(object);
	const char *disposition = g_mime_object_get_disposition(object);
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	bool html = type && g_mime_content_type_is_type(type, "text", "html");
	if (!content || !type || !(html || g_mime_content_type_is_type(type, "text", "*")) ||
	    (disposition && g_ascii_strcasecmp(disposition, "attachment") == 0))
		return HO_OK;
	GMimeStream *memory = g_mime_stream_mem_new();
	(void)g_mime_data_wrapper_write_to_stream(content, memory);
	GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory));
	struct ho_slice raw = ho_slice((const char *)bytes->data, bytes->len);
	enum ho_status status = decode_part(html ? &bodies->html : &bodies->plain, raw, charset_of(object), err);
	g_object_unref(memory);
	return status;
}

static enum ho_status collect(struct bodies *bodies, GMimeObject *object, int depth, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	if (!object || depth > NESTING_MAX)
		return HO_OK;
	if (GMIME_IS_MULTIPART(object)) {
		int n = g_mime_multipart_get_count(GMIME_MULTIPART(object));
		for (int i = 0; i < n && status == HO_OK; i++)
			status = collect(bodies, g_mime_multipart_get_part(GMIME_MULTIPART(object), i), depth + 1, err);
		return status;
	}
	if (GMIME_IS_MESSAGE_PART(object)) {
		GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
		return inner ? collect(bodies, g_mime_message_get_mime_part(inner), depth + 1, err) : HO_OK;
	}
	return GMIME_IS_PART(object) ? add_part(bodies, GMIME_PART(object), err) : HO_OK;
}

static enum ho_status take_body(struct ho_mail *mail, GMimeMessage *message, struct ho_error *err)
{
	struct bodies bodies;
	ho_buf_init(&bodies.plain, 4 * HO_RECORD_MAX);
	ho_buf_init(&bodies.html, 4 * HO_RECORD_MAX);
	enum ho_status status = collect(&bodies, g_mime_message_get_mime_part(message), 0, err);
	if (status == HO_OK)
		status = ho_buf_add(&mail->text, mail->subject.data, mail->subject.len, err);
	if (status == HO_OK && mail->text.len)
		status = ho_buf_add(&mail->text, "\n", 1, err);
	struct ho_slice plain = ho_slice_trim(ho_buf_slice(&bodies.plain));
	if (status == HO_OK)
		status = plain.len ? ho_buf_add(&mail->text, plain.ptr, plain.len, err)
		                   : ho_html_text(&mail->text, ho_buf_slice(&bodies.html), err);
	ho_buf_release(&bodies.plain);
	ho_buf_release(&bodies.html);
	return status;
}

/* GMime's own reading of an mbox would end the mail at every line that begins with "From ". */
static struct ho_slice without_from_line(struct ho_slice bytes)
{
	const char *end =
	    bytes.len > 5 && memcmp(bytes.ptr, "From ", 5) == 0 ? memchr(bytes.ptr, '\n', bytes.len) : NULL;
	if (!end)
		return bytes;
	return ho_slice(end + 1, bytes.len - (size_t)(end + 1 - bytes.ptr));
}

static GMimeMessage *parse(struct ho_slice bytes)
{
	static const char *fallback[] = {"utf-8", "windows-1252", NULL};
	GMimeParserOptions *options = g_mime_parser_options_new();
	g_mime_parser_options_set_fallback_charsets(options, fallback);
	bytes = without_from_line(bytes);
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes.ptr ? bytes.ptr : "", bytes.len);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	g_mime_parser_set_format(parser, GMIME_FORMAT_MESSAGE);
	GMimeMessage *message = g_mime_parser_construct_message(parser, options);
	g_object_unref(parser);
	g_object_unref(stream);
	g_mime_parser_options_free(options);
	return message;
}

enum ho_status ho_mail_read(struct ho_mail *mail, struct ho_slice bytes, struct ho_error *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	ho_buf_reset(&mail->subject);
	ho_buf_reset(&mail->from);
	ho_buf_reset(&mail->date);
	ho_buf_reset(&mail->text);
	(void)pthread_once(&once, init_gmime);
	GMimeMessage *message = parse(bytes);
	enum ho_status status = HO_OK;
	if (message) {
		status = add_string(&mail->subject, g_mime_message_get_subject(message), err);
		if (status == HO_OK)
			status = take_sender(mail, message, err);
		if (status == HO_OK)
			status = take_date(mail, message, err);
		if (status == HO_OK)
			status = take_body(mail, message, err);
		g_object_unref(message);
	}
	if (status == HO_OK && ho_slice_trim(ho_buf_slice(&mail->text)).len == 0 && !message)
		status = ho_decode_all(&mail->text, bytes, NULL, err);
	return status;
}
