/** The frame of a model file: header, table of sections, checksums. Shared inside the module. */
#ifndef HO_MODEL_SECTIONS_H
#define HO_MODEL_SECTIONS_H

#include "base/slice.h"
#include "base/status.h"
#include "model/format.h"

/** Sections by enum ho_section. */
struct ho_sections {
	uint32_t version;
	uint32_t present; /**< bit i: section i is there, even if it is empty */
	struct ho_slice of[HO_MODEL_SECTIONS_MAX];
};

static inline void ho_sections_put(struct ho_sections *sections, uint32_t id, struct ho_slice bytes)
{
	sections->of[id] = bytes;
	sections->present |= UINT32_C(1) << id;
}

/** Put the files of an encoder among them, in place of what may be there; NULL takes them out. Borrowed. */
struct ho_encoder_files;
void ho_sections_put_encoder(struct ho_sections *sections, const struct ho_encoder_files *files);

/** "damaged model file: ...". HO_EFORMAT. */
enum ho_status ho_sections_damaged(struct ho_error *err, const char *what);

/** Check the frame of `bytes` and point into them. HO_EFORMAT; HO_EUNAVAIL another version or byte order. */
HO_MUST_CHECK enum ho_status ho_sections_read(struct ho_sections *out, struct ho_slice bytes, struct ho_error *err);

/** Header and table of the file that holds these sections in the order of their ids. */
struct ho_sections_frame {
	struct ho_file_header header; /**< header.sections records follow */
	struct ho_section_record records[HO_MODEL_SECTIONS_MAX];
};
void ho_sections_frame(struct ho_sections_frame *out, const struct ho_sections *sections);

/** Zeros between one section and the next: so many bytes stand before `offset` when `at` were written. */
enum { HO_SECTION_GAP_MAX = HO_MODEL_ALIGN };
extern const char ho_sections_zeros[HO_SECTION_GAP_MAX];

/** Write them to `path` atomically; *bytes is the size of the file. HO_EIO, HO_EINVAL, HO_ENOMEM. */
HO_MUST_CHECK enum ho_status ho_sections_write(size_t *bytes, const struct ho_sections *sections, const char *path,
                                               struct ho_error *err);

#endif
