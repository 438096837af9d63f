#include "model/image.h"

#include "base/alloc.h"
#include "encoder/places.h"
#include "model/pack.h"
#include "model/private.h"
#include "model/sections.h"

struct ho_image {
	struct ho_buf sections[HO_MODEL_SECTIONS_MAX]; /* by enum ho_section */
	struct ho_buf file;                            /* all of it, when assembled */
	struct ho_core core;
	double *bias;
	const struct ho_vector_cache *vectors; /* NULL: no encoder */
	const struct ho_encoder_files *files;  /* NULL: they stay where they are */
	uint32_t neighbours;                   /* rows; 0: none */
};

static struct ho_buf *section(struct ho_image *image, int id)
{
	return &image->sections[id];
}

static enum ho_status pack_names(struct ho_image *image, const struct ho_image_parts *parts, struct ho_error *err)
{
	struct ho_buf *labels = section(image, HO_SECTION_LABELS), *names = section(image, HO_SECTION_NAMES);
	enum ho_status status = HO_OK;
	for (uint32_t k = 0; k < parts->K && status == HO_OK; k++) {
		status = ho_buf_add(labels, parts->labels[k].ptr, parts->labels[k].len, err);
		if (status == HO_OK)
			status = ho_buf_add(labels, "", 1, err);
	}
	const char *columns = parts->text_columns ? parts->text_columns : "",
	           *target = parts->target ? parts->target : "";
	if (status == HO_OK)
		status = ho_buf_add(names, columns, strlen(columns) + 1, err);
	if (status == HO_OK)
		status = ho_buf_add(names, target, strlen(target) + 1, err);
	return status;
}

static enum ho_status pack_encoder(struct ho_image *image, const struct ho_image_parts *parts, struct ho_error *err)
{
	const struct ho_encoder_facts *facts = ho_encoder_facts(parts->vectors->encoder);
	struct ho_encoder_record record = {facts->fingerprint, facts->dimensions, facts->max_tokens};
	struct ho_buf *body = section(image, HO_SECTION_ENCODER);
	/* A file that holds its encoder tells its name only, and not where it stood. */
	const char *folder = parts->encoder_files ? ho_last_part(parts->encoder_folder) : parts->encoder_folder;
	image->vectors = parts->vectors;
	image->files = parts->encoder_files;
	enum ho_status status = ho_buf_add(body, &record, sizeof record, err);
	if (status == HO_OK)
		status = ho_buf_add(body, folder, strlen(folder) + 1, err);
	if (status == HO_OK)
		status = ho_buf_add(section(image, HO_SECTION_DENSE), parts->dense,
		                    (size_t)facts->dimensions * image->core.columns * sizeof *parts->dense, err);
	return status;
}

static enum ho_status pack_neighbours(struct ho_image *image, const struct ho_neighbours *n, struct ho_error *err)
{
	struct ho_buf *body = section(image, HO_SECTION_NEIGHBOURS);
	image->neighbours = n->rows;
	enum ho_status status = ho_buf_add(body, n->scale, n->rows * sizeof *n->scale, err);
	return status ? status : ho_buf_add(body, n->values, (size_t)n->rows * n->dimensions, err);
}

static enum ho_status pack(struct ho_image *image, const struct ho_image_parts *parts, struct ho_error *err)
{
	struct ho_core *core = &image->core;
	*core = (struct ho_core){.K = parts->K,
	                         .columns = parts->K == 2 ? 1 : parts->K,
	                         .word_n_max = parts->word_n_max,
	                         .char_min = parts->char_min,
	                         .char_max = parts->char_max,
	                         .word_scale = 1,
	                         .char_scale = 1};
	image->bias = ho_alloc(core->columns, sizeof *image->bias);
	if (!image->bias)
		return ho_fail_nomem(err);
	memcpy(image->bias, parts->bias, core->columns * sizeof *image->bias);
	enum ho_status status = pack_names(image, parts, err);
	if (status == HO_OK)
		status = ho_pack_view(&core->word_scale, image->sections, HO_SECTION_WORD_SLOTS, &parts->word,
		                      core->columns, err);
	if (status == HO_OK && parts->char_max)
		status = ho_pack_view(&core->char_scale, image->sections, HO_SECTION_CHAR_SLOTS, &parts->chars,
		                      core->columns, err);
	if (status == HO_OK && parts->vectors)
		status = pack_encoder(image, parts, err);
	if (status == HO_OK && parts->vectors && parts->neighbours && parts->neighbours->rows)
		status = pack_neighbours(image, parts->neighbours, err);
	if (status == HO_OK)
		status =
		    ho_buf_add(section(image, HO_SECTION_SEEN), parts->seen, parts->n_seen * sizeof *parts->seen, err);
	return status;
}

enum ho_status ho_image_new(struct ho_image **out, const struct ho_image_parts *parts, struct ho_error *err)
{
	*out = NULL;
	if (parts->K < 2 || parts->K > HO_LABEL_COUNT_MAX)
		return ho_fail(err, HO_ELIMIT, "%u labels; between 2 and %d can be learnt", parts->K,
		               HO_LABEL_COUNT_MAX);
	struct ho_image *image = ho_calloc(1, sizeof *image);
	if (!image)
		return ho_fail_nomem(err);
	for (int i = 0; i < HO_MODEL_SECTIONS_MAX; i++)
		ho_buf_init(&image->sections[i], (size_t)UINT32_MAX);
	ho_buf_init(&image->file, SIZE_MAX / 2);
	enum ho_status status = pack(image, parts, err);
	if (status == HO_OK) {
		double *zeros = ho_calloc(parts->K, sizeof *zeros), one = 1;
		struct ho_image_findings nothing = {.slope = 1,
		                                    .offset = zeros,
		                                    .promise_labels = 1,
		                                    .max_error = &one,
		                                    .threshold = &one,
		                                    .report = "{}"};
		status = zeros ? ho_image_set(image, &nothing, err) : ho_fail_nomem(err);
		ho_free(zeros);
	}
	if (status) {
		ho_image_free(image);
		return status;
	}
	*out = image;
	return HO_OK;
}

void ho_image_free(struct ho_image *image)
{
	if (!image)
		return;
	for (int i = 0; i < HO_MODEL_SECTIONS_MAX; i++)
		ho_buf_release(&image->sections[i]);
	ho_buf_release(&image->file);
	ho_free(image->bias);
	ho_free(image);
}

static enum ho_status replace(struct ho_image *image, int id, const void *bytes, size_t len, struct ho_error *err)
{
	ho_buf_reset(section(image, id));
	return ho_buf_add(section(image, id), bytes, len, err);
}

enum ho_status ho_image_set(struct ho_image *image, const struct ho_image_findings *f, struct ho_error *err)
{
	struct ho_core *core = &image->core;
	struct ho_buf *numbers = section(image, HO_SECTION_NUMBERS);
	core->slope = f->slope;
	core->scale = f->scale;
	core->promise_kind = (uint32_t)f->promise_kind;
	core->promise_labels = f->promise_labels;
	core->confidence_level = f->confidence_level;
	core->novelty_level = f->novelty_level;
	core->bound = f->bound;
	core->chosen = f->chosen;
	enum ho_status status = replace(image, HO_SECTION_CORE, core, sizeof *core, err);
	if (status == HO_OK)
		status = replace(image, HO_SECTION_NUMBERS, image->bias, core->columns * sizeof(double), err);
	if (status == HO_OK)
		status = ho_buf_add(numbers, f->offset, core->K * sizeof(double), err);
	if (status == HO_OK)
		status = ho_buf_add(numbers, f->max_error, f->promise_labels * sizeof(double), err);
	if (status == HO_OK)
		status = ho_buf_add(numbers, f->threshold, f->promise_labels * sizeof(double), err);
	struct ho_distance_record distance = f->distance;
	distance.rows = image->neighbours;
	if (status == HO_OK)
		status = replace(image, HO_SECTION_DISTANCE, &distance, sizeof distance, err);
	if (status == HO_OK)
		status = replace(image, HO_SECTION_NOVELTY, f->novelty, f->n_novelty * sizeof *f->novelty, err);
	if (status == HO_OK)
		status = replace(image, HO_SECTION_TESTED, f->tested, f->n_tested * sizeof *f->tested, err);
	if (status == HO_OK)
		status = replace(image, HO_SECTION_REPORT, f->report, strlen(f->report) + 1, err);
	return status;
}

/* Is the section part of this model? Empty lists are sections too; those of an absent view are not. */
static bool has_section(const struct ho_image *image, int id)
{
	bool is_char = id == HO_SECTION_CHAR_SLOTS || id == HO_SECTION_CHAR_ROWS || id == HO_SECTION_CHAR_ENTRIES ||
	               id == HO_SECTION_CHAR_STRINGS;
	bool is_row = id >= HO_SECTION_WORD_ROWS && id <= HO_SECTION_CHAR_ENTRIES;
	bool is_encoder = id == HO_SECTION_ENCODER || id == HO_SECTION_DENSE;
	bool is_near = id == HO_SECTION_DISTANCE || id == HO_SECTION_NEIGHBOURS;
	bool is_known = (id >= HO_SECTION_CORE && id <= HO_SECTION_DENSE) || is_near;
	return is_known && !(is_encoder && !image->vectors) && !(is_near && !image->neighbours) &&
	       !(is_char && !image->core.char_max) && !(is_row && image->core.columns == 1);
}

/* What stands in the file. The encoder's own files are left out of the image that is scored in memory: its encoder is
 * open already. */
static void gather(struct ho_sections *out, struct ho_image *image, bool with_files)
{
	*out = (struct ho_sections){.version = image->neighbours ? HO_MODEL_VERSION_DISTANCE
	                                       : image->vectors  ? HO_MODEL_VERSION_ENCODER
	                                                         : HO_MODEL_VERSION};
	for (int id = 0; id < HO_MODEL_SECTIONS_MAX; id++)
		if (has_section(image, id))
			ho_sections_put(out, (uint32_t)id, ho_buf_slice(section(image, id)));
	if (with_files && image->files)
		ho_sections_put_encoder(out, image->files);
}

/* All of it in memory. */
static enum ho_status assemble(struct ho_image *image, struct ho_error *err)
{
	struct ho_sections sections;
	struct ho_sections_frame frame;
	gather(&sections, image, false);
	ho_sections_frame(&frame, &sections);
	ho_buf_reset(&image->file);
	enum ho_status status = ho_buf_reserve(&image->file, (size_t)frame.header.size, err);
	if (status == HO_OK)
		status = ho_buf_add(&image->file, &frame.header, sizeof frame.header, err);
	if (status == HO_OK)
		status = ho_buf_add(&image->file, frame.records, frame.header.sections * sizeof *frame.records, err);
	for (uint32_t i = 0; i < frame.header.sections && status == HO_OK; i++) {
		struct ho_slice body = sections.of[frame.records[i].id];
		status = ho_buf_add(&image->file, ho_sections_zeros,
		                    (size_t)(frame.records[i].offset - image->file.len), err);
		if (status == HO_OK)
			status = ho_buf_add(&image->file, body.ptr, body.len, err);
	}
	return status;
}

enum ho_status ho_image_open(struct ho_model **out, struct ho_image *image, struct ho_error *err)
{
	*out = NULL;
	enum ho_status status = assemble(image, err);
	if (status)
		return status;
	struct ho_model *model = ho_calloc(1, sizeof *model);
	if (!model)
		return ho_fail_nomem(err);
	status = ho_model__attach(model, ho_buf_slice(&image->file), err);
	if (status) {
		ho_model_free(model);
		return status;
	}
	model->vectors = image->vectors;
	model->encoder = image->vectors ? image->vectors->encoder : NULL;
	*out = model;
	return HO_OK;
}

enum ho_status ho_raw_score(struct ho_raw_score *out, struct ho_workspace *ws, struct ho_slice text,
                            struct ho_error *err)
{
	struct ho_text_score scored;
	*out = (struct ho_raw_score){.words = 0};
	enum ho_status status = ho_model__score(&scored, ws, text.ptr, text.len, err);
	if (status == HO_OK)
		*out = (struct ho_raw_score){scored.words, scored.unknown_words, scored.any_known, scored.distance,
		                             ws->scores};
	return status;
}

enum ho_status ho_image_write(size_t *bytes, struct ho_image *image, const char *path, struct ho_error *err)
{
	struct ho_sections sections;
	gather(&sections, image, true);
	return ho_sections_write(bytes, &sections, path, err);
}
