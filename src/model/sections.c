#include "model/sections.h"

#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "encoder/files.h"

const char ho_sections_zeros[HO_SECTION_GAP_MAX];

_Static_assert(HO_SECTION_ENCODER_FILES + HO_ENCODER_FILES == 28, "the format says which sections these are");

void ho_sections_put_encoder(struct ho_sections *sections, const struct ho_encoder_files *files)
{
	for (uint32_t i = 0; i < HO_ENCODER_FILES; i++) {
		uint32_t id = HO_SECTION_ENCODER_FILES + i;
		sections->of[id] = ho_slice(NULL, 0);
		sections->present &= ~(UINT32_C(1) << id);
		if (files && files->bytes[i].ptr)
			ho_sections_put(sections, id, files->bytes[i]);
	}
}

enum ho_status ho_sections_damaged(struct ho_error *err, const char *what)
{
	return ho_fail(err, HO_EFORMAT, "damaged model file: %s; train or copy it again", what);
}

static enum ho_status read_header(struct ho_file_header *header, struct ho_slice bytes, struct ho_error *err)
{
	if (bytes.len < sizeof *header || memcmp(bytes.ptr, HO_MODEL_MAGIC, 8) != 0)
		return ho_fail(
		    err, HO_EFORMAT,
		    "not a handoff model file; MODEL is what `handoff train -o` wrote, and stands before DATA");
	memcpy(header, bytes.ptr, sizeof *header);
	if (header->byte_order != HO_MODEL_BYTE_ORDER)
		return ho_fail(err, HO_EUNAVAIL, "written on a machine of other byte order");
	if (header->version < HO_MODEL_VERSION || header->version > HO_MODEL_VERSION_DISTANCE)
		return ho_fail(err, HO_EUNAVAIL, "model format %u, but this program reads formats %u to %u",
		               header->version, HO_MODEL_VERSION, HO_MODEL_VERSION_DISTANCE);
	if (header->size != bytes.len)
		return ho_sections_damaged(err,
		                           bytes.len < header->size ? "it is cut short" : "it is longer than it says");
	if (header->sections == 0 || header->sections > HO_MODEL_SECTIONS_MAX || header->zero)
		return ho_sections_damaged(err, "impossible number of sections");
	static const uint8_t nothing[sizeof header->padding];
	if (memcmp(header->padding, nothing, sizeof nothing) != 0)
		return ho_sections_damaged(err, "header padding is not empty");
	return HO_OK;
}

static enum ho_status read_section(struct ho_sections *out, struct ho_slice bytes,
                                   const struct ho_section_record *record, uint64_t floor, uint32_t previous,
                                   struct ho_error *err)
{
	if (record->id <= previous || record->id >= HO_MODEL_SECTIONS_MAX || record->zero)
		return ho_sections_damaged(err, "section table out of order");
	if (record->offset % HO_MODEL_ALIGN || record->offset < floor || record->offset > bytes.len ||
	    record->size > bytes.len - record->offset)
		return ho_sections_damaged(err, "a section lies outside of the file");
	for (uint64_t i = floor; i < record->offset; i++)
		if (bytes.ptr[i])
			return ho_sections_damaged(err, "bytes between sections");
	struct ho_slice body = ho_slice(bytes.ptr + record->offset, (size_t)record->size);
	if (ho_hash(body.ptr, body.len, record->id) != record->hash)
		return ho_sections_damaged(err, "checksum of a section does not match");
	ho_sections_put(out, record->id, body);
	return HO_OK;
}

enum ho_status ho_sections_read(struct ho_sections *out, struct ho_slice bytes, struct ho_error *err)
{
	struct ho_file_header header;
	struct ho_section_record record;
	*out = (struct ho_sections){.version = 0};
	enum ho_status status = read_header(&header, bytes, err);
	if (status)
		return status;
	out->version = header.version;
	uint64_t table = header.sections * sizeof record, floor = sizeof header + table;
	if (floor > bytes.len)
		return ho_sections_damaged(err, "it is cut short");
	if (ho_hash(bytes.ptr + sizeof header, table, 0) != header.table_hash)
		return ho_sections_damaged(err, "checksum of the section table does not match");
	uint32_t previous = 0;
	for (uint32_t i = 0; i < header.sections; i++) {
		memcpy(&record, bytes.ptr + sizeof header + i * sizeof record, sizeof record);
		status = read_section(out, bytes, &record, floor, previous, err);
		if (status)
			return status;
		floor = record.offset + record.size;
		previous = record.id;
	}
	return floor == bytes.len ? HO_OK : ho_sections_damaged(err, "bytes after the last section");
}

static uint64_t aligned(uint64_t at)
{
	return (at + HO_MODEL_ALIGN - 1) / HO_MODEL_ALIGN * HO_MODEL_ALIGN;
}

void ho_sections_frame(struct ho_sections_frame *out, const struct ho_sections *sections)
{
	struct ho_file_header *header = &out->header;
	*header = (struct ho_file_header){
	    .magic = HO_MODEL_MAGIC_BYTES, .version = sections->version, .byte_order = HO_MODEL_BYTE_ORDER};
	uint32_t n = (uint32_t)__builtin_popcount(sections->present);
	uint64_t at = sizeof *header + n * sizeof *out->records;
	for (uint32_t id = 0; id < HO_MODEL_SECTIONS_MAX; id++) {
		struct ho_slice body = sections->of[id];
		if (!(sections->present >> id & 1))
			continue;
		at = aligned(at);
		out->records[header->sections++] =
		    (struct ho_section_record){id, 0, at, body.len, ho_hash(body.ptr, body.len, id)};
		at += body.len;
	}
	header->size = at;
	header->table_hash = ho_hash(out->records, n * sizeof *out->records, 0);
}

enum ho_status ho_sections_write(size_t *bytes, const struct ho_sections *sections, const char *path,
                                 struct ho_error *err)
{
	struct ho_sections_frame frame;
	struct ho_writer writer;
	*bytes = 0;
	ho_sections_frame(&frame, sections);
	enum ho_status status = ho_writer_open(&writer, path, err);
	if (status)
		return status;
	status = ho_writer_add(&writer, &frame.header, sizeof frame.header, err);
	if (status == HO_OK)
		status = ho_writer_add(&writer, frame.records, frame.header.sections * sizeof *frame.records, err);
	for (uint32_t i = 0; i < frame.header.sections && status == HO_OK; i++) {
		struct ho_slice body = sections->of[frame.records[i].id];
		status =
		    ho_writer_add(&writer, ho_sections_zeros, (size_t)(frame.records[i].offset - writer.written), err);
		if (status == HO_OK && body.len)
			status = ho_writer_add(&writer, body.ptr, body.len, err);
	}
	if (status)
		ho_writer_discard(&writer);
	else
		status = ho_writer_commit(&writer, err);
	if (status == HO_OK)
		*bytes = (size_t)frame.header.size;
	return status;
}
