#include "options.h"

#include <errno.h>
#include <math.h>

enum ho_status cli_number(double *out, const char *text, struct ho_error *err)
{
	char *end = NULL;
	*out = 0;
	/* strtod would take blanks, hex, "inf" and "nan"; a number on the command line is none of these. */
	if (text[0] == '\0' || strspn(text, "0123456789.eE+-") != strlen(text))
		return ho_fail(err, HO_EINVAL, "'%.60s' is not a number", text);
	double value = strtod(text, &end);
	if (*end != '\0' || !isfinite(value))
		return ho_fail(err, HO_EINVAL, "'%.60s' is not a number", text);
	*out = value;
	return HO_OK;
}

enum ho_status cli_share(double *out, const char *text, const char *what, struct ho_error *err)
{
	char plain[64];
	size_t len = strlen(text);
	bool percent = len > 1 && text[len - 1] == '%';
	*out = 0;
	if (len >= sizeof plain)
		return ho_fail(err, HO_EINVAL, "%s must be a number between 0 and 1", what);
	memcpy(plain, text, len + 1);
	if (percent)
		plain[len - 1] = '\0';
	double value;
	if (cli_number(&value, plain, NULL) || !(value > 0) || !(value / (percent ? 100 : 1) < 1))
		return ho_fail(err, HO_EINVAL,
		               "%s must be a share between 0 and 1, such as 0.05 or 5%%, and not '%.40s'", what, text);
	*out = percent ? value / 100 : value;
	return HO_OK;
}

static enum ho_status whole(uint64_t *out, const char *text, uint64_t max, const char *what, struct ho_error *err)
{
	char *end = NULL;
	errno = 0;
	unsigned long long value = strtoull(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno || value > max)
		return ho_fail(err, HO_EINVAL, "%s must be a whole number, and not '%.40s'", what, text);
	*out = value;
	return HO_OK;
}

static enum ho_status count(unsigned *out, const char *text, const char *what, struct ho_error *err)
{
	uint64_t value = 0;
	if (whole(&value, text, 256, what, NULL) || value == 0)
		return ho_fail(err, HO_EINVAL, "%s must be a whole number from 1 to 256, and not '%.40s'", what, text);
	*out = (unsigned)value;
	return HO_OK;
}

static enum ho_status repeated(struct cli_list *list, const char *value, const char *what, struct ho_error *err)
{
	if (list->n == CLI_LIST_MAX)
		return ho_fail(err, HO_EINVAL, "%s is given more than %d times", what, CLI_LIST_MAX);
	list->items[list->n++] = value;
	return HO_OK;
}

static enum ho_status assign(const struct cli_option *option, const char *value, struct ho_error *err)
{
	char what[64];
	snprintf(what, sizeof what, "--%s", option->name);
	switch (option->kind) {
	case CLI_FLAG:
		*(bool *)option->target = true;
		return HO_OK;
	case CLI_STRING:
		*(const char **)option->target = value;
		return HO_OK;
	case CLI_REPEATED:
		return repeated(option->target, value, what, err);
	case CLI_SEED:
		return whole(option->target, value, UINT64_MAX, what, err);
	case CLI_COUNT:
		return count(option->target, value, what, err);
	case CLI_SHARE:
		return cli_share(option->target, value, what, err);
	case CLI_SECONDS:
		if (cli_number(option->target, value, NULL) || !(*(double *)option->target > 0))
			return ho_fail(err, HO_EINVAL, "%s must be a number of seconds above 0, and not '%.40s'", what,
			               value);
		return HO_OK;
	}
	return ho_fail(err, HO_EBUG, "an option of unknown kind");
}

/* Optimal string alignment distance of two short words: edits and swaps of neighbours. */
static size_t distance(const char *a, const char *b)
{
	enum { MAX = 32 };
	size_t n = strlen(a), m = strlen(b), d[MAX + 1][MAX + 1];
	if (n > MAX || m > MAX)
		return MAX;
	for (size_t i = 0; i <= n; i++)
		d[i][0] = i;
	for (size_t j = 0; j <= m; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		for (size_t j = 1; j <= m; j++) {
			size_t best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
			best = d[i - 1][j] + 1 < best ? d[i - 1][j] + 1 : best;
			best = d[i][j - 1] + 1 < best ? d[i][j - 1] + 1 : best;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    d[i - 2][j - 2] + 1 < best)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = best;
		}
	}
	return d[n][m];
}

const char *cli_nearest(const char *word, const char *(*next)(const void *context, size_t i), const void *context)
{
	const char *best = NULL, *name;
	size_t best_distance = SIZE_MAX;
	for (size_t i = 0; (name = next(context, i)) != NULL; i++) {
		size_t len = strlen(word), here = distance(word, name);
		/* The start of a name counts as near: --max for --max-error. */
		if (len >= 3 && strncmp(word, name, len) == 0)
			here = 1;
		if (here < best_distance && (here <= 1 || here <= strlen(name) / 3)) {
			best_distance = here;
			best = name;
		}
	}
	return best;
}

struct tables {
	const struct cli_option *const *tables;
	size_t n;
};

static const struct cli_option *option_at(const struct tables *t, size_t at)
{
	for (size_t i = 0; i < t->n; i++)
		for (const struct cli_option *o = t->tables[i]; o->name; o++)
			if (at-- == 0)
				return o;
	return NULL;
}

static const char *name_at(const void *context, size_t i)
{
	const struct cli_option *option = option_at(context, i);
	return option ? option->name : NULL;
}

static const struct cli_option *find(const struct tables *t, const char *name, size_t len, char letter)
{
	const struct cli_option *o;
	for (size_t i = 0; (o = option_at(t, i)) != NULL; i++)
		if (name ? strlen(o->name) == len && memcmp(o->name, name, len) == 0 : o->letter == letter)
			return o;
	return NULL;
}

static enum ho_status unknown(const struct tables *t, const char *name, size_t len, struct ho_error *err)
{
	char word[40];
	snprintf(word, sizeof word, "%.*s", (int)(len < 39 ? len : 39), name);
	const char *near = cli_nearest(word, name_at, t);
	if (near)
		return ho_fail(err, HO_EINVAL, "there is no option --%s; did you mean --%s?", word, near);
	return ho_fail(err, HO_EINVAL, "there is no option --%s; --help lists those there are", word);
}

/* One long option; `next` is the following word or NULL, *used tells whether it was taken as the value. */
static enum ho_status long_option(const struct tables *t, const char *word, const char *next, bool *used,
                                  struct ho_error *err)
{
	const char *equals = strchr(word, '=');
	size_t len = equals ? (size_t)(equals - word) : strlen(word);
	const struct cli_option *option = find(t, word, len, 0);
	*used = false;
	if (!option)
		return unknown(t, word, len, err);
	if (option->kind == CLI_FLAG && equals)
		return ho_fail(err, HO_EINVAL, "--%s takes no value", option->name);
	if (option->kind == CLI_FLAG)
		return assign(option, NULL, err);
	if (!equals && !next)
		return ho_fail(err, HO_EINVAL, "--%s needs a value (%s)", option->name, option->value);
	*used = !equals;
	return assign(option, equals ? equals + 1 : next, err);
}

static enum ho_status short_option(const struct tables *t, const char *word, const char *next, bool *used,
                                   struct ho_error *err)
{
	const struct cli_option *option = find(t, NULL, 0, word[0]);
	*used = false;
	if (!option)
		return ho_fail(err, HO_EINVAL, "there is no option -%c; --help lists those there are",
		               word[0] > ' ' && word[0] < 127 ? word[0] : '?');
	if (option->kind == CLI_FLAG && word[1])
		return ho_fail(err, HO_EINVAL, "-%c takes no value", option->letter);
	if (option->kind == CLI_FLAG)
		return assign(option, NULL, err);
	if (!word[1] && !next)
		return ho_fail(err, HO_EINVAL, "-%c needs a value (%s)", option->letter, option->value);
	*used = !word[1];
	return assign(option, word[1] ? word + 1 : next, err);
}

enum ho_status cli_parse(struct cli_arguments *out, int argc, char **argv, const struct cli_option *const *tables,
                         size_t n, struct ho_error *err)
{
	const struct tables t = {tables, n};
	bool options = true;
	*out = (struct cli_arguments){.n = 0};
	for (int i = 0; i < argc; i++) {
		const char *word = argv[i], *next = i + 1 < argc ? argv[i + 1] : NULL;
		bool used = false;
		enum ho_status status = HO_OK;
		if (options && strcmp(word, "--") == 0)
			options = false;
		else if (options && word[0] == '-' && word[1] == '-')
			status = long_option(&t, word + 2, next, &used, err);
		else if (options && word[0] == '-' && word[1] != '\0')
			status = short_option(&t, word + 1, next, &used, err);
		else if (out->n == CLI_ARGUMENTS_MAX)
			status = ho_fail(err, HO_EINVAL, "too many arguments; --help shows what is expected");
		else
			out->items[out->n++] = word;
		if (status)
			return status;
		i += used ? 1 : 0;
	}
	return HO_OK;
}
