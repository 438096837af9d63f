/* Numbers and codes in the texts, and other columns: does their order or their value tell the label? */
#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "doubt/giveaway.h"
#include "table/times.h"

enum { VALUES_MIN = 50, DIGITS_MIN = 3, CODE_MIN = 4, WAYS = 5 };
/* A kind of value must stand in this share of the texts, or of the rows of a column. */
static const double in_texts = 0.2, in_rows = 0.5;
static const double text_way = 0.5, column_way = 0.8;

static int by_value(const void *a, const void *b)
{
	const struct doubt_value *x = a, *y = b;
	int order = ho_time_compare(x->value, y->value);
	return order ? order : (x->row > y->row) - (x->row < y->row);
}

/* Right answers within values[begin .. end), all equal, if each row is given the label that most of the others have. */
static size_t look_up(const struct doubt_value *values, size_t begin, size_t end, const struct doubt_sample *s,
                      uint32_t *count)
{
	uint32_t most = 0, second = 0, best = 0;
	size_t right = 0;
	for (size_t i = begin; i < end; i++)
		count[s->label[values[i].row]]++;
	for (size_t i = begin; i < end; i++) {
		uint32_t label = s->label[values[i].row];
		if (count[label] > most || (count[label] == most && label == best)) {
			most = count[label];
			best = label;
		}
	}
	for (size_t i = begin; i < end; i++) {
		uint32_t label = s->label[values[i].row];
		second = label != best && count[label] > second ? count[label] : second;
	}
	for (size_t i = begin; i < end; i++)
		right += s->label[values[i].row] == best && most - 1 > second;
	for (size_t i = begin; i < end; i++)
		count[s->label[values[i].row]] = 0;
	return right;
}

static double way_p(double share, size_t n, double base, double way)
{
	double at_most = base + way * (1 - base);
	uint64_t k = (uint64_t)(share * (double)n + 0.5);
	return k ? ho_binomial_sf(k - 1, n, at_most) : 1;
}

enum ho_status ho_doubt__judge_order(struct doubt_order *out, struct doubt_value *values, size_t n,
                                     const struct doubt_sample *s, double way, struct ho_error *err)
{
	uint32_t *count = ho_calloc(s->K, 2 * sizeof *count);
	size_t same = 0, right = 0, most = 0;
	*out = (struct doubt_order){.n = n, .p = 1};
	if (!count)
		return ho_fail_nomem(err);
	uint32_t *all = count + s->K;
	if (n)
		qsort(values, n, sizeof *values, by_value);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i; end < n && ho_time_compare(values[end].value, values[i].value) == 0; end++)
			all[s->label[values[end].row]]++;
		right += look_up(values, i, end, s, count);
		out->distinct++;
	}
	for (size_t i = 1; i < n; i++)
		same += s->label[values[i].row] == s->label[values[i - 1].row];
	for (uint32_t k = 0; k < s->K && n; k++) {
		out->expected += pow((double)all[k] / (double)n, 2);
		most = all[k] > most ? all[k] : most;
	}
	ho_free(count);
	if (n < VALUES_MIN)
		return HO_OK;
	out->agreement = (double)same / (double)(n - 1);
	out->lookup = (double)right / (double)n;
	out->majority = (double)most / (double)n;
	out->first = values[0].row;
	out->last = values[n - 1].row;
	if (out->majority < 1)
		out->p = fmin(1, 2 * fmin(way_p(out->agreement, n - 1, out->expected, way),
		                          way_p(out->lookup, n, out->majority, way)));
	return HO_OK;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The first run of digits that is long enough; len 0: none. */
static struct ho_slice first_number(struct ho_slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		size_t end = i;
		while (end < text.len && is_digit(text.ptr[end]))
			end++;
		if (end - i >= DIGITS_MIN)
			return ho_slice(text.ptr + i, end - i);
		i = end > i ? end - 1 : i;
	}
	return ho_slice(NULL, 0);
}

static bool is_code(struct ho_slice word)
{
	size_t digits = 0, letters = 0, at = 0;
	for (size_t i = 0; i < word.len; i++) {
		digits += is_digit(word.ptr[i]);
		letters += is_letter(word.ptr[i]);
		at += word.ptr[i] == '@';
	}
	return word.len >= CODE_MIN && letters && (at || digits >= 2);
}

/* The first word of letters and digits, between blanks, without punctuation at its ends. */
static struct ho_slice first_code(struct ho_slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		size_t begin = i;
		while (i < text.len && !strchr(" \t\r\n", text.ptr[i]))
			i++;
		struct ho_slice word = ho_slice(text.ptr + begin, i - begin);
		while (word.len && strchr(".,;:!?()[]<>\"'", word.ptr[word.len - 1]))
			word.len--;
		while (word.len && strchr("([<\"'", word.ptr[0]))
			word.ptr++, word.len--;
		if (is_code(word))
			return word;
	}
	return ho_slice(NULL, 0);
}

static struct ho_slice first_word(struct ho_slice text)
{
	size_t n = 0;
	text = ho_slice_trim(text);
	while (n < text.len && !strchr(" \t\r\n", text.ptr[n]))
		n++;
	return ho_slice(text.ptr, n);
}

static struct ho_slice last_word(struct ho_slice text)
{
	size_t n = 0;
	text = ho_slice_trim(text);
	while (n < text.len && !strchr(" \t\r\n", text.ptr[text.len - 1 - n]))
		n++;
	return ho_slice(text.ptr + text.len - n, n);
}

static enum ho_status judge_texts(struct doubt_order *out, struct doubt_value *values, const struct doubt_sample *s,
                                  struct ho_slice (*find)(struct ho_slice), double way, struct ho_error *err)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++) {
		struct ho_slice value = find(s->text[i]);
		if (value.len)
			values[n++] = (struct doubt_value){value, (uint32_t)i};
	}
	*out = (struct doubt_order){.n = n, .p = 1};
	return (double)n < in_texts * (double)s->n ? HO_OK : ho_doubt__judge_order(out, values, n, s, way, err);
}

/* Numbers and codes of few values ("401k", "dl123") are words like others, and are judged as such. */
static enum ho_status judge_numbers(struct doubt_order *out, struct doubt_value *values, const struct doubt_sample *s,
                                    struct ho_slice (*find)(struct ho_slice), struct ho_error *err)
{
	enum ho_status status = judge_texts(out, values, s, find, text_way, err);
	if (out->distinct < VALUES_MIN)
		out->p = 1;
	return status;
}

/* Right answers by the last digit of the number: parity, check digits. */
static enum ho_status judge_last_digit(struct doubt_identifiers *out, const struct doubt_value *values,
                                       const struct doubt_sample *s, struct ho_error *err)
{
	const struct doubt_order *number = &out->number;
	uint32_t *count = ho_calloc(s->K, 10 * sizeof *count);
	size_t right = 0;
	if (!count)
		return ho_fail_nomem(err);
	for (size_t i = 0; i < number->n; i++) {
		struct ho_slice value = values[i].value;
		count[(size_t)(value.ptr[value.len - 1] - '0') * s->K + s->label[values[i].row]]++;
	}
	for (size_t digit = 0; digit < 10; digit++) {
		uint32_t most = 0;
		for (uint32_t k = 0; k < s->K; k++)
			most = count[digit * s->K + k] > most ? count[digit * s->K + k] : most;
		right += most;
	}
	out->last_digit = (double)right / (double)number->n;
	out->p_last_digit = way_p(out->last_digit, number->n, number->majority, text_way);
	ho_free(count);
	return HO_OK;
}

/* Of the texts with a number (or code) those that the words tell; and p of "it tells no more". */
static double p_beside_words(struct doubt_order *order, double told, const struct doubt_sample *s, const uint8_t *wrong,
                             struct ho_slice (*find)(struct ho_slice))
{
	size_t right = 0;
	for (size_t i = 0; i < s->n; i++)
		right += !wrong[i] && find(s->text[i]).len;
	order->others = (double)right / (double)order->n;
	return way_p(told, order->n, order->others, 0);
}

/* A year or a price in a text is no identifier where the words tell more: in mails '2002' stands in replies, and sorted
 * by it neighbours are mostly alike. */
static enum ho_status compare_with_words(struct doubt_identifiers *out, const struct doubt_sample *s,
                                         struct ho_error *err)
{
	struct doubt_order *number = &out->number, *code = &out->code;
	if (fmin(fmin(number->p, code->p), out->p_last_digit) * WAYS >= 0.05)
		return HO_OK;
	uint8_t *wrong = ho_alloc(s->n, 1);
	enum ho_status status = wrong ? ho_doubt__fit_words(wrong, s, err) : ho_fail_nomem(err);
	if (status == HO_OK && number->n) {
		double p = p_beside_words(number, fmax(number->lookup, number->agreement), s, wrong, first_number);
		number->p = fmax(number->p, fmin(1, 2 * p));
		out->p_last_digit = fmax(out->p_last_digit, way_p(out->last_digit, number->n, number->others, 0));
	}
	if (status == HO_OK && code->n)
		code->p =
		    fmax(code->p,
		         fmin(1, 2 * p_beside_words(code, fmax(code->lookup, code->agreement), s, wrong, first_code)));
	ho_free(wrong);
	return status;
}

enum ho_status ho_doubt__identifiers(struct doubt_identifiers *out, const struct doubt_sample *s, struct ho_error *err)
{
	struct doubt_value *values = ho_alloc(s->n, sizeof *values);
	*out = (struct doubt_identifiers){.p = 1, .p_last_digit = 1};
	if (!values)
		return ho_fail_nomem(err);
	enum ho_status status = judge_numbers(&out->code, values, s, first_code, err);
	if (status == HO_OK)
		status = judge_texts(&out->first, values, s, first_word, column_way, err);
	if (status == HO_OK)
		status = judge_texts(&out->last, values, s, last_word, column_way, err);
	if (status == HO_OK) /* the last one: judge_last_digit() wants its values */
		status = judge_numbers(&out->number, values, s, first_number, err);
	if (status == HO_OK) {
		if (out->number.distinct >= VALUES_MIN && out->number.majority > 0 && out->number.majority < 1)
			status = judge_last_digit(out, values, s, err);
	}
	ho_free(values);
	if (status == HO_OK)
		status = compare_with_words(out, s, err);
	out->p = fmin(fmin(out->code.p, out->number.p), fmin(out->first.p, out->last.p));
	out->p = status ? 1 : fmin(1, WAYS * fmin(out->p, out->p_last_digit));
	return status;
}

/* Is the column one of those that were joined to the text? */
static bool is_read(const struct ho_table *table, struct ho_slice name)
{
	struct ho_slice all = table->text_name;
	for (size_t begin = 0, i = 0; i <= all.len; i++)
		if (i == all.len || all.ptr[i] == '+') {
			if (ho_slice_equal(ho_slice(all.ptr + begin, i - begin), name))
				return true;
			begin = i + 1;
		}
	return false;
}

enum ho_status ho_doubt__columns(struct doubt_columns *out, const struct doubt_sample *s, struct ho_error *err)
{
	const struct ho_table *table = s->d->train.table;
	struct doubt_value *values = ho_alloc(s->n, sizeof *values);
	enum ho_status status = values ? HO_OK : ho_fail_nomem(err);
	*out = (struct doubt_columns){.p = 1};
	for (size_t c = 0; c < table->column_count && status == HO_OK; c++) {
		struct doubt_order order;
		size_t n = 0;
		for (size_t i = 0; i < s->n; i++) {
			struct ho_slice value = table->columns[c].values[s->d->train.row[s->row[i]]];
			if (ho_slice_trim(value).len)
				values[n++] = (struct doubt_value){value, (uint32_t)i};
		}
		if ((double)n < in_rows * (double)s->n)
			continue;
		status = ho_doubt__judge_order(&order, values, n, s, column_way, err);
		if (status == HO_OK && (out->looked++ == 0 || order.p < out->p)) {
			out->worst = c;
			out->order = order;
			out->p = order.p;
			out->read = is_read(table, table->columns[c].name);
		}
	}
	out->p = fmin(1, out->p * (double)(out->looked ? out->looked : 1));
	ho_free(values);
	return status;
}
