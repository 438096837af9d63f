/* What all sentences of the message are made with: points, days, numbers of things, other people's words. */
#include <stdarg.h>
#include <time.h>

#include "app/update_private.h"

#define DAY_SECONDS ((int64_t)24 * 3600)

/* Cut where there was no room: before the character that did not fit as a whole. */
static void cut(char *text, size_t len)
{
	while (len > 0 && ((unsigned char)text[len - 1] & 0xc0) == 0x80)
		len--;
	text[len ? len - 1 : 0] = '\0';
}

void ho_points_add(struct ho_points *points, int weight, const char *format, ...)
{
	char text[HO_POINT_BYTES];
	va_list args;
	va_start(args, format);
	int wanted = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (wanted >= (int)sizeof text)
		cut(text, sizeof text - 1);
	struct ho_slice copy = ho_arena_copy(points->arena, ho_slice_str(text));
	if (!copy.ptr || points->n == HO_POINTS_MAX)
		points->failed = true;
	else
		points->items[points->n++] = (struct ho_point){weight, copy.ptr};
}

void ho_points_keep(struct ho_points *points, size_t max)
{
	while (points->n > max) {
		size_t least = 0;
		for (size_t i = 1; i < points->n; i++)
			if (points->items[i].weight <= points->items[least].weight)
				least = i;
		points->n--;
		memmove(&points->items[least], &points->items[least + 1],
		        (points->n - least) * sizeof points->items[0]);
	}
}

static struct tm broken_down(int64_t seconds)
{
	struct tm tm = {.tm_mday = 1};
	time_t t = (time_t)seconds;
	(void)gmtime_r(&t, &tm);
	return tm;
}

/* "14 May" */
struct ho_shown ho_update__day(int64_t seconds)
{
	struct ho_shown shown;
	struct tm tm = broken_down(seconds);
	strftime(shown.text, sizeof shown.text, "%-d %B", &tm);
	return shown;
}

struct ho_shown ho_update__days(int32_t from, int32_t to)
{
	struct ho_shown first = ho_update__day(from * DAY_SECONDS), last, shown;
	struct tm tm = broken_down(to * DAY_SECONDS);
	strftime(last.text, sizeof last.text, "%-d %B %Y", &tm);
	if (from == to)
		return last;
	snprintf(shown.text, sizeof shown.text, "%.40s to %.40s", first.text, last.text);
	return shown;
}

struct ho_shown ho_update__when(int64_t ms)
{
	struct ho_shown shown;
	struct tm tm = broken_down(ms / 1000);
	strftime(shown.text, sizeof shown.text, "%H:%M UTC on %-d %B", &tm);
	return shown;
}

struct ho_shown ho_update__n(uint64_t n, const char *one, const char *many)
{
	struct ho_shown shown;
	snprintf(shown.text, sizeof shown.text, "%.30s %s", ho_show_count(n).text, n == 1 ? one : many);
	return shown;
}

/* Somebody else's words: one clean line. */
struct ho_slice ho_update__clean(struct ho_buf *buf, const char *words, size_t points)
{
	ho_buf_init(buf, 8 << 10);
	if (ho_show_clean(buf, ho_slice_str(words), points, NULL) != HO_OK)
		ho_buf_reset(buf);
	return buf->data ? ho_buf_slice(buf) : ho_slice("", 0);
}
