#include "report/show.h"

#include <inttypes.h>
#include <math.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "report/utf8_point.h"

struct ho_shown ho_show_percent(double share)
{
	struct ho_shown out;
	double tenths = round(fabs(share) * 1000);
	if (isnan(share))
		snprintf(out.text, sizeof out.text, "-");
	else if (share == 0)
		snprintf(out.text, sizeof out.text, "0%%");
	else if (share == 1)
		snprintf(out.text, sizeof out.text, "100%%");
	else if (tenths == 0)
		snprintf(out.text, sizeof out.text, share > 0 ? "< 0.1%%" : "> -0.1%%");
	else if (tenths >= 1000 && share > 0 && share < 1)
		snprintf(out.text, sizeof out.text, "> 99.9%%");
	else
		snprintf(out.text, sizeof out.text, "%.1f%%", 100 * share);
	return out;
}

struct ho_shown ho_show_chosen(double share)
{
	struct ho_shown out;
	if (isnan(share))
		snprintf(out.text, sizeof out.text, "-");
	else
		snprintf(out.text, sizeof out.text, "%.4g%%", 100 * share);
	return out;
}

struct ho_shown ho_show_interval(double share, double lo, double hi)
{
	struct ho_shown out;
	if (isnan(share))
		return ho_show_percent(share);
	snprintf(out.text, sizeof out.text, "%.20s [%.1f, %.1f]", ho_show_percent(share).text, fmin(100 * lo, 100),
	         fmin(100 * hi, 100));
	return out;
}

/* Percentage points in tenths, so that what is shown as 0 is not shown as -0. */
static double points(double difference)
{
	return round(1000 * difference) / 10 + 0.0;
}

struct ho_shown ho_show_points(double difference, double lo, double hi)
{
	struct ho_shown out;
	snprintf(out.text, sizeof out.text, "%+.1f points [%+.1f, %+.1f]", points(difference), points(lo), points(hi));
	return out;
}

struct ho_shown ho_show_count(uint64_t n)
{
	struct ho_shown out;
	char digits[24];
	int len = snprintf(digits, sizeof digits, "%" PRIu64, n);
	char *at = out.text;
	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			*at++ = ',';
		*at++ = digits[i];
	}
	*at = '\0';
	return out;
}

struct ho_shown ho_show_counted(uint64_t n, const char *singular)
{
	struct ho_shown out;
	snprintf(out.text, sizeof out.text, "%.30s %.40s%s", ho_show_count(n).text, singular, n == 1 ? "" : "s");
	return out;
}

struct ho_shown ho_show_seconds(double seconds)
{
	struct ho_shown out;
	double whole = round(seconds);
	if (!(seconds >= 0) || seconds > 1e9)
		snprintf(out.text, sizeof out.text, "-");
	else if (seconds < 9.95)
		snprintf(out.text, sizeof out.text, "%.1f s", seconds);
	else if (whole < 60)
		snprintf(out.text, sizeof out.text, "%.0f s", whole);
	else if (whole < 3600)
		snprintf(out.text, sizeof out.text, "%.0f min %.0f s", floor(whole / 60), fmod(whole, 60));
	else
		snprintf(out.text, sizeof out.text, "%.0f h %.0f min", floor(whole / 3600),
		         floor(fmod(whole, 3600) / 60));
	return out;
}

struct ho_shown ho_show_bytes(double bytes)
{
	static const char *const units[] = {"kB", "MB", "GB", "TB"};
	struct ho_shown out;
	if (bytes < 1000) {
		snprintf(out.text, sizeof out.text, "%.0f bytes", bytes);
		return out;
	}
	size_t unit = 0;
	for (bytes /= 1000; bytes >= 999.5 && unit < 3; unit++)
		bytes /= 1000;
	snprintf(out.text, sizeof out.text, bytes < 9.95 ? "%.1f %s" : "%.0f %s", bytes, units[unit]);
	return out;
}

struct ho_shown ho_show_bar(double share, unsigned width)
{
	struct ho_shown out;
	unsigned blocks = share > 0 ? (unsigned)lround(fmin(share, 1) * (width < 30 ? width : 30)) : 0;
	if (share > 0 && blocks == 0)
		blocks = 1;
	for (unsigned i = 0; i < blocks; i++)
		memcpy(out.text + 3 * i, "\xE2\x96\x87", 3);
	out.text[3 * blocks] = '\0';
	return out;
}

enum ho_status ho_show_clean(struct ho_buf *out, struct ho_slice text, size_t max_points, struct ho_error *err)
{
	enum ho_status status = HO_OK;
	bool blank = true;
	size_t points = 0, step;
	for (size_t at = 0; at < text.len && status == HO_OK; at += step) {
		uint32_t point;
		step = ho_utf8_decode(&point, text.ptr + at, text.len - at);
		bool is_blank = point == ' ' || point == 0xA0 || ho_report__is_unsafe(point);
		if (is_blank && blank)
			continue;
		if (max_points && points++ == max_points)
			return ho_buf_add(out, "\xE2\x80\xA6", 3, err);
		if (is_blank)
			status = ho_buf_add(out, " ", 1, err);
		else if (point == HO_UTF8_REPLACEMENT)
			status = ho_buf_add(out, "\xEF\xBF\xBD", 3, err);
		else
			status = ho_buf_add(out, text.ptr + at, step, err);
		blank = is_blank;
	}
	return status;
}

/* Code points of a part of a name, those that do not belong on a terminal replaced. */
static size_t add_points(char *out, struct ho_slice text)
{
	size_t len = 0, step;
	for (size_t at = 0; at < text.len; at += step) {
		uint32_t point;
		step = ho_utf8_decode(&point, text.ptr + at, text.len - at);
		if (point == HO_UTF8_REPLACEMENT || ho_report__is_unsafe(point))
			out[len++] = point == HO_UTF8_REPLACEMENT ? '?' : ' ';
		else
			memcpy(out + len, text.ptr + at, step), len += step;
	}
	return len;
}

/* Of a long name both ends: names that differ only at the end must not look alike in a table. */
struct ho_shown ho_show_short(struct ho_slice text)
{
	enum { HEAD = 24, HEAD_BYTES = 60, TAIL = 11, TAIL_BYTES = 30, ALL = HEAD + 1 + TAIL };
	struct ho_shown out = {""};
	size_t starts[TAIL] = {0}, points = 0, head = 0, tail = text.len, step;
	for (size_t at = 0; at < text.len; at += step, points++) {
		uint32_t point;
		step = ho_utf8_decode(&point, text.ptr + at, text.len - at);
		starts[points % TAIL] = at;
		if (points < HEAD && at + step <= HEAD_BYTES)
			head = at + step;
	}
	if (points <= ALL && text.len <= HEAD_BYTES + TAIL_BYTES) {
		out.text[add_points(out.text, text)] = '\0';
		return out;
	}
	for (size_t i = 0; i < TAIL && i < points; i++)
		if (starts[i] >= head && text.len - starts[i] <= TAIL_BYTES && starts[i] < tail)
			tail = starts[i];
	size_t len = add_points(out.text, ho_slice(text.ptr, head));
	memcpy(out.text + len, "\xE2\x80\xA6", 3);
	len += 3 + add_points(out.text + len + 3, ho_slice(text.ptr + tail, text.len - tail));
	out.text[len] = '\0';
	return out;
}

size_t ho_show_width(struct ho_slice text)
{
	size_t width = 0, step;
	for (size_t at = 0; at < text.len; at += step) {
		uint32_t point;
		step = ho_utf8_decode(&point, text.ptr + at, text.len - at);
		width += ho_report__columns(point);
	}
	return width;
}
