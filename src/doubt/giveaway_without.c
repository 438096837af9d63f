/* The score that is left when the words that give the answer away are cut out of the texts. */
#include "base/alloc.h"
#include "base/buf.h"
#include "doubt/giveaway.h"
#include "text/tokenize.h"
#include "train/split.h"

enum { FOLDS = 5 };

/* The texts without the suspicious words, one after the other in `bytes`. */
static enum ho_status cut_words(struct ho_slice *out, struct ho_buf *bytes, const struct doubt_words *words,
                                const struct doubt_sample *s, struct ho_error *err)
{
	struct ho_tokens tokens;
	size_t *begin = ho_alloc(s->n + 1, sizeof *begin);
	ho_tokens_init(&tokens);
	enum ho_status status = begin ? HO_OK : ho_fail_nomem(err);
	for (size_t i = 0; i < s->n && status == HO_OK; i++) {
		uint32_t from = 0;
		begin[i] = bytes->len;
		status = ho_tokenize(&tokens, s->text[i].ptr, s->text[i].len, err);
		for (size_t t = 0; t < tokens.n && status == HO_OK; t++) {
			bool cut = false;
			uint32_t type = s->corpus->ids[s->corpus->offsets[i] + t];
			for (size_t w = 0; w < words->n_top; w++)
				cut |= words->top[w].p < 0.05 && words->top[w].type == type;
			if (!cut)
				continue;
			status = ho_buf_add(bytes, s->text[i].ptr + from, tokens.items[t].start - from, err);
			from = tokens.items[t].end;
		}
		if (status == HO_OK)
			status = ho_buf_add(bytes, s->text[i].ptr + from, s->text[i].len - from, err);
	}
	if (status == HO_OK)
		begin[s->n] = bytes->len;
	for (size_t i = 0; i < s->n && status == HO_OK; i++)
		out[i] = ho_slice(bytes->len ? bytes->data + begin[i] : "", begin[i + 1] - begin[i]);
	ho_tokens_release(&tokens);
	ho_free(begin);
	return status;
}

static enum ho_status fit_without(uint8_t *wrong, const struct doubt_sample *s, const struct ho_slice *text,
                                  const uint8_t *fold, struct ho_error *err)
{
	struct doubt_refit refit;
	enum ho_status status = ho_doubt__refit_open(&refit, s->d, text, s->label, s->n, s->K, err);
	if (status == HO_OK)
		status = ho_doubt__refit_folds(wrong, &refit, fold, FOLDS, s->n, err);
	ho_doubt__refit_close(&refit);
	return status;
}

enum ho_status ho_doubt__without_words(struct doubt_drop *out, const struct doubt_words *words,
                                       const struct doubt_sample *s, struct ho_error *err)
{
	static const double share[FOLDS] = {0.2, 0.2, 0.2, 0.2, 0.2};
	struct ho_buf bytes;
	struct ho_slice *text = ho_alloc(s->n, sizeof *text);
	uint8_t *fold = ho_alloc(s->n, 1), *with = ho_alloc(s->n, 1), *without = ho_alloc(s->n, 1);
	uint32_t *own = ho_alloc(s->n, sizeof *own);
	ho_buf_init(&bytes, SIZE_MAX / 2);
	enum ho_status status = text && fold && with && without && own ? HO_OK : ho_fail_nomem(err);
	for (size_t i = 0; i < s->n && own; i++)
		own[i] = (uint32_t)i;
	if (status == HO_OK)
		status = cut_words(text, &bytes, words, s, err);
	if (status == HO_OK)
		status = ho_split(fold, NULL, s->label, s->n, share, FOLDS, s->d->options->seed, err);
	if (status == HO_OK)
		status = fit_without(with, s, s->text, fold, err);
	if (status == HO_OK)
		status = fit_without(without, s, text, fold, err);
	if (status == HO_OK)
		status = ho_doubt__drop(out, with, without, own, s->n, s->n, 0, s->d->options->seed, err);
	ho_buf_release(&bytes);
	ho_free(text);
	ho_free(fold);
	ho_free(with);
	ho_free(without);
	ho_free(own);
	return status;
}
