#include "classify_block.h"

#include <inttypes.h>

void cli_block_init(struct cli_block *block)
{
	block->n = 0;
	/* One row may be as long as 16 joined columns; it then has the block to itself. */
	ho_buf_init(&block->bytes, CLI_BLOCK_BYTES + 17 * HO_RECORD_MAX);
	ho_buf_init(&block->lines, CLI_BLOCK_LINES + 8 * HO_RECORD_MAX);
}

void cli_block_release(struct cli_block *block)
{
	ho_buf_release(&block->bytes);
	ho_buf_release(&block->lines);
}

static enum ho_status add_row(struct cli_block *block, struct ho_slice id, struct ho_slice text, bool unreadable,
                              struct ho_error *err)
{
	struct cli_block_row *row = &block->rows[block->n];
	*row = (struct cli_block_row){block->bytes.len, id.len, block->bytes.len + id.len, text.len, unreadable};
	enum ho_status status = ho_buf_add(&block->bytes, id.ptr, id.len, err);
	if (status == HO_OK)
		status = ho_buf_add(&block->bytes, text.ptr, text.len, err);
	block->n += status == HO_OK;
	return status;
}

/* The reader keeps the reasons of the first rejects only. */
static const char *reason_of(const struct ho_reject *first, uint64_t rejects, uint64_t row)
{
	for (size_t i = 0; i < rejects && i < HO_REJECTS_KEPT; i++)
		if (first[i].row == row)
			return first[i].reason;
	return "the row cannot be read; --rejects FILE keeps it with the reason";
}

static enum ho_status add_unreadable(struct cli_block *block, struct cli_source *source, const struct ho_reject *first,
                                     uint64_t rejects, struct ho_error *err)
{
	char id[24];
	snprintf(id, sizeof id, "%" PRIu64, source->next);
	enum ho_status status =
	    add_row(block, ho_slice_str(id), ho_slice_str(reason_of(first, rejects, source->next)), true, err);
	source->next++;
	source->unreadable++;
	return status;
}

/* One row further. Numbers that the reader left out are the rejected rows: they keep their place in the order. */
static enum ho_status step(struct cli_block *block, struct cli_source *source, bool *more, struct ho_error *err)
{
	const struct ho_reject *first;
	enum ho_status status = HO_OK;
	if (!source->waiting && !source->end) {
		status = ho_rows_next(source->rows, &source->row, &source->waiting, err);
		source->end = !source->waiting;
	}
	if (status)
		return status;
	uint64_t rejects = ho_reader_rejects(ho_rows_reader(source->rows), &first);
	*more = true;
	if (source->unreadable < rejects && (source->end || source->next < source->row.record.row))
		return add_unreadable(block, source, first, rejects, err);
	*more = source->waiting;
	if (!source->waiting)
		return HO_OK;
	source->waiting = false;
	source->next = source->row.record.row + 1;
	return add_row(block, source->row.id, source->row.text, false, err);
}

/* Nothing to read right now: whoever types, or feeds a pipe slowly, wants the answers to what came so far. */
static bool is_idle(const struct cli_source *source)
{
	return !source->waiting && !source->end && ho_reader_idle(ho_rows_reader(source->rows));
}

enum ho_status cli_block_fill(struct cli_block *block, struct cli_source *source, const struct cli_lines *lines,
                              struct ho_error *err)
{
	enum ho_status status = HO_OK;
	size_t rows = CLI_BLOCK_LINES / lines->most;
	bool more = true;
	rows = rows < 1 ? 1 : rows > CLI_BLOCK_ROWS ? CLI_BLOCK_ROWS : rows;
	block->n = 0;
	ho_buf_reset(&block->bytes);
	while (more && status == HO_OK && block->n < rows && block->bytes.len < CLI_BLOCK_BYTES &&
	       !(block->n > 0 && is_idle(source)))
		status = step(block, source, &more, err);
	return status;
}

/* A text that is too long to be scored, though it could be read, is for a person as well. */
static enum ho_status score_row(struct cli_block *block, const struct cli_block_row *row, struct ho_workspace *ws,
                                const struct cli_lines *lines, struct ho_error *err)
{
	struct ho_slice id = ho_slice(block->bytes.data + row->id, row->id_len);
	struct ho_slice text = ho_slice(block->bytes.data + row->text, row->text_len);
	struct ho_answer answer;
	struct ho_error inner = {.code = HO_OK};
	enum ho_status status = ho_buf_reserve(&block->lines, cli_line_room(lines, id.len), err);
	if (status)
		return status;
	char *at = block->lines.data + block->lines.len, *end;
	status = row->unreadable ? HO_OK : ho_classify(&answer, ws, text.ptr, text.len, &inner);
	if (row->unreadable || status == HO_ELIMIT) {
		end = cli_line_unreadable(at, id, row->unreadable ? text : ho_slice_str(inner.message));
		block->tally.unreadable++;
	} else if (status == HO_OK) {
		end = cli_line_answer(at, lines, id, &answer);
		block->tally.texts++;
		block->tally.reasons[answer.reason]++;
	} else {
		if (err)
			*err = inner;
		return status;
	}
	block->lines.len += (size_t)(end - at);
	return HO_OK;
}

/* Texts that an encoder sees at once: enough to keep it busy, and a second's work at most. */
enum { AHEAD = 32 };

/* An encoder is quicker with several texts at once. */
static enum ho_status foresee(const struct cli_block *block, size_t first, struct ho_workspace *ws,
                              struct ho_error *err)
{
	struct ho_slice texts[AHEAD];
	size_t n = 0;
	for (size_t i = first; i < block->n && i < first + AHEAD; i++)
		if (!block->rows[i].unreadable)
			texts[n++] = ho_slice(block->bytes.data + block->rows[i].text, block->rows[i].text_len);
	return ho_workspace_foresee(ws, texts, n, err);
}

enum ho_status cli_block_score(struct cli_block *block, struct ho_workspace *ws, const struct cli_lines *lines,
                               struct ho_error *err)
{
	enum ho_status status = HO_OK;
	block->tally = (struct cli_tally){.texts = 0};
	ho_buf_reset(&block->lines);
	for (size_t i = 0; i < block->n && status == HO_OK; i++) {
		if (i % AHEAD == 0)
			status = foresee(block, i, ws, err);
		if (status == HO_OK)
			status = score_row(block, &block->rows[i], ws, lines, err);
	}
	if (status == HO_OK)
		status = ho_workspace_foresee(ws, NULL, 0, err);
	return status;
}
