/* Tables and lists of texts. */
#include "report/html_private.h"

/* A longer table shows its beginning and folds the whole; so many rows at most; so many texts stand open. */
enum { TABLE_OPEN = 15, TABLE_HEAD = 10, TABLE_MAX = 5000, TEXTS_OPEN = 5, TEXTS_MAX = 2000 };

static void cells(struct ho_html *html, const struct ho_exhibit *e, size_t row, size_t columns, const char *tag)
{
	ho_html__put(html, "<tr>");
	for (size_t c = 0; c < columns; c++) {
		size_t i = row * columns + c;
		ho_html__putf(html, "<%s%s%s dir=\"auto\">", tag, row == 0 ? " scope=\"col\"" : "",
		              e->align[c] == 'r' ? " class=\"r\"" : "");
		ho_html__text(html, i < e->n_cells ? e->cells[i] : "");
		ho_html__putf(html, "</%s>", tag);
	}
	ho_html__put(html, "</tr>");
}

/* The header and the first `rows` rows. */
static void table(struct ho_html *html, const struct ho_exhibit *e, size_t rows, size_t columns)
{
	ho_html__put(html, "<div class=\"wide\"><table><thead>");
	cells(html, e, 0, columns, "th");
	ho_html__put(html, "</thead><tbody>");
	for (size_t r = 1; r <= rows; r++)
		cells(html, e, r, columns, "td");
	ho_html__put(html, "</tbody></table></div>");
}

void ho_html__table(struct ho_html *html, const struct ho_exhibit *exhibit)
{
	size_t columns = exhibit->align ? strlen(exhibit->align) : 0;
	size_t rows = columns ? (exhibit->n_cells + columns - 1) / columns : 0;
	size_t shown = rows - 1 < TABLE_MAX ? rows - 1 : TABLE_MAX;
	if (rows < 2) {
		ho_html__put(html, "<p class=\"none\">No rows.</p>");
		return;
	}
	table(html, exhibit, shown <= TABLE_OPEN ? shown : TABLE_HEAD, columns);
	if (shown > TABLE_OPEN) {
		ho_html__putf(html, "<details><summary>All %zu rows</summary>", rows - 1);
		table(html, exhibit, shown, columns);
		ho_html__put(html, "</details>");
	}
	if (shown < rows - 1)
		ho_html__putf(html, "<p class=\"none\">%zu more are in the JSON.</p>", rows - 1 - shown);
}

static void text(struct ho_html *html, const struct ho_exhibit_text *t)
{
	ho_html__put(html, "<li><p class=\"source\">");
	if (t->id && *t->id)
		ho_html__element(html, "<span class=\"row\">row <bdi>", t->id, "</bdi></span> ");
	if (t->label)
		ho_html__element(html, "<span class=\"label\"><bdi>", t->label, "</bdi></span> ");
	if (t->note)
		ho_html__element(html, "<span class=\"note\">", t->note, "</span>");
	ho_html__put(html, "</p>");
	if (t->text && *t->text)
		ho_html__element(html, "<blockquote dir=\"auto\">", t->text, "</blockquote></li>");
	else
		ho_html__put(html, "<blockquote class=\"none\">(empty)</blockquote></li>");
}

void ho_html__texts(struct ho_html *html, const struct ho_exhibit *exhibit)
{
	size_t n = exhibit->n_texts, shown = n < TEXTS_MAX ? n : TEXTS_MAX;
	if (n == 0) {
		ho_html__put(html, "<p class=\"none\">No texts.</p>");
		return;
	}
	ho_html__put(html, "<ul class=\"texts\">");
	for (size_t i = 0; i < shown; i++) {
		if (i == TEXTS_OPEN)
			ho_html__putf(html, "</ul><details><summary>%zu more</summary><ul class=\"texts\">",
			              n - TEXTS_OPEN);
		text(html, &exhibit->texts[i]);
	}
	ho_html__put(html, shown > TEXTS_OPEN ? "</ul></details>" : "</ul>");
	if (shown < n)
		ho_html__putf(html, "<p class=\"none\">%zu more are in the JSON.</p>", n - shown);
}
