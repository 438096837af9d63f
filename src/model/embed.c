/* Putting an encoder into a model file. */
#include "base/buf.h"
#include "encoder/places.h"
#include "model/private.h"
#include "model/sections.h"

enum { FOLDER_BYTES = 8192 };

void ho_model_encoder(struct ho_model_encoder *out, const struct ho_model *model)
{
	const struct ho_encoder_record *record = model->encoder_record;
	*out = (struct ho_model_encoder){.folder = NULL};
	if (record)
		*out = (struct ho_model_encoder){model->encoder_folder,
		                                 record->fingerprint,
		                                 record->dimensions,
		                                 record->max_tokens,
		                                 ho_precision_name(record->precision),
		                                 ho_model__has_files(model)};
}

/* The record of an encoder within names it without the folders above. */
static enum ho_status pack_record(struct ho_buf *out, const struct ho_model *model, const char *folder,
                                  struct ho_error *err)
{
	const char *name = ho_last_part(folder);
	enum ho_status status = ho_buf_add(out, model->encoder_record, sizeof *model->encoder_record, err);
	return status ? status : ho_buf_add(out, name, strlen(name) + 1, err);
}

static enum ho_status write_with(size_t *bytes, const struct ho_model *model, struct ho_encoder_files *files,
                                 const char *out, struct ho_error *err)
{
	struct ho_encoder *encoder;
	struct ho_sections sections;
	struct ho_buf record;
	enum ho_status status = ho_model__open_files(&encoder, model, files, err);
	if (status)
		return status;
	ho_encoder_free(encoder); /* its files stay: those that were read */
	ho_buf_init(&record, sizeof *model->encoder_record + FOLDER_BYTES);
	status = ho_sections_read(&sections, model->bytes, err);
	if (status == HO_OK)
		status = pack_record(&record, model, files->folder, err);
	if (status == HO_OK) {
		ho_sections_put(&sections, HO_SECTION_ENCODER, ho_buf_slice(&record));
		ho_sections_put_encoder(&sections, files);
		status = ho_sections_write(bytes, &sections, out, err);
	}
	ho_buf_release(&record);
	return status;
}

/* Without a slash at the end, so that its last part is its name. */
static enum ho_status take_path(char out[FOLDER_BYTES], const char *folder, struct ho_error *err)
{
	size_t len = strlen(folder);
	while (len > 1 && folder[len - 1] == '/')
		len--;
	if (len >= FOLDER_BYTES)
		return ho_fail(err, HO_EINVAL, "the path of the encoder is too long");
	memcpy(out, folder, len);
	out[len] = 0;
	return HO_OK;
}

static enum ho_status embed(size_t *bytes, const struct ho_model *model, const char *path, const char *folder,
                            const char *out, struct ho_error *err)
{
	char found[FOLDER_BYTES];
	struct ho_encoder_files files;
	if (!model->encoder_record) {
		(void)ho_fail(err, HO_EINVAL, "the model has no encoder: there is nothing to put into it");
		return err ? ho_error_at(err, "%s", path) : HO_EINVAL;
	}
	if (ho_model__has_files(model) && !folder) {
		*bytes = model->bytes.len;
		return strcmp(path, out) == 0 ? HO_OK : ho_file_write(out, model->bytes, err);
	}
	enum ho_status status =
	    folder ? take_path(found, folder, err) : ho_model__locate_encoder(found, sizeof found, model, path, err);
	if (status)
		return status;
	ho_encoder_files_init(&files, found);
	status = write_with(bytes, model, &files, out, err);
	ho_encoder_files_release(&files);
	return status;
}

enum ho_status ho_model_embed(size_t *bytes, const char *model, const char *folder, const char *out,
                              struct ho_error *err)
{
	struct ho_model *opened;
	*bytes = 0;
	enum ho_status status = ho_model_open_facts(&opened, model, err);
	if (status)
		return status;
	status = embed(bytes, opened, model, folder, out, err);
	ho_model_free(opened);
	return status;
}
