#include <stdarg.h>

#include "base/alloc.h"
#include "report/page_private.h"
#include "report/show.h"

/* Longest cell in code points, and most bytes of all cells of a table. */
enum { CELL_MAX = 80 };
#define GRID_MAX ((size_t)16 << 20)

void ho_grid_init(struct ho_grid *grid, const char *align)
{
	*grid = (struct ho_grid){.columns = strlen(align)};
	memcpy(grid->align, align, grid->columns < sizeof grid->align ? grid->columns : sizeof grid->align - 1);
	ho_arena_init(&grid->arena, GRID_MAX);
}

void ho_grid_release(struct ho_grid *grid)
{
	ho_arena_release(&grid->arena);
	ho_free(grid->cells);
	*grid = (struct ho_grid){.n = 0};
}

static enum ho_status add_cell(struct ho_grid *grid, struct ho_slice raw)
{
	struct ho_buf clean;
	ho_buf_init(&clean, GRID_MAX);
	enum ho_status status = ho_show_clean(&clean, raw, CELL_MAX, &grid->error);
	if (status == HO_OK && ho_grow(&grid->cells, &grid->cap, grid->n + 1, sizeof *grid->cells))
		status = ho_fail_nomem(&grid->error);
	if (status == HO_OK) {
		struct ho_slice copy = ho_arena_copy(&grid->arena, ho_slice(clean.data ? clean.data : "", clean.len));
		if (copy.ptr)
			grid->cells[grid->n++] = copy;
		else
			status = ho_fail_nomem(&grid->error);
	}
	ho_buf_release(&clean);
	return status;
}

void ho_grid_cell(struct ho_grid *grid, const char *format, ...)
{
	char raw[512]; /* a longer cell is cut anyway */
	va_list args;
	if (grid->status)
		return;
	va_start(args, format);
	int len = vsnprintf(raw, sizeof raw, format, args);
	va_end(args);
	size_t used = len < 0 ? 0 : (size_t)len < sizeof raw ? (size_t)len : sizeof raw - 1;
	grid->status = add_cell(grid, ho_slice(raw, used));
}

static void add_row(struct ho_page *page, struct ho_buf *line, const struct ho_grid *grid, size_t row,
                    const size_t *widths, unsigned indent)
{
	struct ho_error *err = &page->error;
	enum ho_status status = HO_OK;
	ho_buf_reset(line);
	for (size_t c = 0; c < grid->columns && status == HO_OK; c++) {
		size_t i = row * grid->columns + c;
		struct ho_slice cell = i < grid->n ? grid->cells[i] : ho_slice("", 0);
		size_t blanks = widths[c] - ho_show_width(cell), lead = c == 0 ? indent : 2;
		if (grid->align[c] == 'r')
			lead += blanks;
		status = ho_buf_printf(line, err, "%*s%.*s", (int)lead, "", (int)cell.len, cell.ptr);
		if (status == HO_OK && grid->align[c] != 'r' && c + 1 < grid->columns)
			status = ho_buf_printf(line, err, "%*s", (int)blanks, "");
	}
	while (line->len > 0 && line->data[line->len - 1] == ' ')
		line->len--;
	if (page->status == HO_OK)
		page->status = status;
}

void ho_page_grid(struct ho_page *page, unsigned indent, struct ho_grid *grid, bool header)
{
	size_t widths[16] = {0}, rows = grid->columns ? (grid->n + grid->columns - 1) / grid->columns : 0;
	struct ho_buf line;
	ho_buf_init(&line, GRID_MAX);
	if (grid->status && page->status == HO_OK) {
		page->status = grid->status;
		page->error = grid->error;
	}
	for (size_t i = 0; i < grid->n; i++) {
		size_t width = ho_show_width(grid->cells[i]),
		       c = i % grid->columns; /* NOLINT(clang-analyzer-core.DivideZero): a grid has columns */
		widths[c] = width > widths[c] ? width : widths[c];
	}
	for (size_t r = 0; r < rows && page->status == HO_OK; r++) {
		add_row(page, &line, grid, r, widths, indent);
		ho_page__row(page, line.data ? line.data : "", line.len, header && r == 0);
	}
	ho_buf_release(&line);
	ho_grid_release(grid);
}
