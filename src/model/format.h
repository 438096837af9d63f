/**
 * The model file, versions 1 to 3. All numbers little-endian; every section starts at a multiple of 64.
 *
 *  1. Header (64 bytes): magic "HANDOFF\n", u32 version, u32 byte-order mark 0x01020304, u64 file size, u32 sections,
 *     u32 zero, u64 XXH3 of the section table, 24 bytes zero.
 *  2. Section table: for each section {u32 id, u32 zero, u64 offset, u64 size, u64 XXH3 of its bytes}, ids ascending.
 *  3. Sections, as listed in enum ho_section. docs/model-format.md describes each field.
 *
 * A reader checks the header, the table, every checksum and every index inside the sections before it uses any of it.
 */
#ifndef HO_MODEL_FORMAT_H
#define HO_MODEL_FORMAT_H

#include <stdint.h>

#define HO_MODEL_MAGIC "HANDOFF\n"
#define HO_MODEL_MAGIC_BYTES                                                                                           \
	{                                                                                                              \
		0x48, 0x41, 0x4e, 0x44, 0x4f, 0x46, 0x46, 0x0a                                                         \
	}
/** Version 2 is version 1 with an encoder; version 3 looks at the distance of its vectors too when it judges what is
 * novel. A model without an encoder is written as version 1. */
#define HO_MODEL_VERSION 1u
#define HO_MODEL_VERSION_ENCODER 2u
#define HO_MODEL_VERSION_DISTANCE 3u
#define HO_MODEL_BYTE_ORDER 0x01020304u

enum { HO_MODEL_ALIGN = 64, HO_MODEL_SECTIONS_MAX = 32, HO_LABEL_COUNT_MAX = 65535 };

enum ho_section {
	HO_SECTION_CORE = 1,       /**< struct ho_core */
	HO_SECTION_NUMBERS = 2,    /**< doubles: bias[columns], offset[K], max_error[T], threshold[T] */
	HO_SECTION_LABELS = 3,     /**< K names, each ended by NUL */
	HO_SECTION_NAMES = 4,      /**< text columns, target: two strings, each ended by NUL */
	HO_SECTION_WORD_SLOTS = 5, /**< struct ho_slot[], a power of two of them */
	HO_SECTION_CHAR_SLOTS = 6,
	HO_SECTION_WORD_ROWS = 7, /**< K > 2: u32 offsets[rows + 1] into the entries */
	HO_SECTION_CHAR_ROWS = 8,
	HO_SECTION_WORD_ENTRIES = 9, /**< K > 2: struct ho_entry[] */
	HO_SECTION_CHAR_ENTRIES = 10,
	HO_SECTION_WORD_STRINGS =
	    11, /**< u32 offsets[slots + 1], then bytes: normal form of the feature in each slot */
	HO_SECTION_CHAR_STRINGS = 12,
	HO_SECTION_NOVELTY = 13,       /**< float[], ascending: novelty scores of ordinary texts */
	HO_SECTION_SEEN = 14,          /**< u64[], ascending: fingerprints of the labelled texts */
	HO_SECTION_TESTED = 15,        /**< struct ho_tested_record[] */
	HO_SECTION_REPORT = 16,        /**< JSON, ended by NUL */
	HO_SECTION_ENCODER = 17,       /**< struct ho_encoder_record, then the encoder's folder, ended by NUL */
	HO_SECTION_DENSE = 18,         /**< float[columns][dimensions]: weights of the encoder's vector */
	HO_SECTION_ENCODER_FILES = 19, /**< 19 to 27: the encoder's files, in the order of enum ho_encoder_file; none,
	                                  or those that its folder has */
	HO_SECTION_DISTANCE = 28,      /**< struct ho_distance_record */
	HO_SECTION_NEIGHBOURS = 29     /**< float scale[rows], then i8 values[rows][dimensions] */
};

/** See above. */
struct ho_file_header {
	char magic[8];
	uint32_t version, byte_order;
	uint64_t size;
	uint32_t sections, zero;
	uint64_t table_hash;
	uint8_t padding[24];
};

/** See above. */
struct ho_section_record {
	uint32_t id, zero;
	uint64_t offset, size, hash;
};

/**
 * Novelty score: (unknown - unknown_mean) / unknown_sd + (evidence_mean - evidence) / evidence_sd; a part with sd = 0
 * is left out.
 */
struct ho_novelty_scale {
	double unknown_mean, unknown_sd, evidence_mean, evidence_sd;
};

/** Added to the novelty score, for a distance to the nearest of the kept vectors: weight * (distance - mean) / sd. */
struct ho_distance_record {
	double mean, sd, weight; /**< sd > 0 */
	uint32_t rows;           /**< 1..HO_NEIGHBOURS_MAX (model/neighbours.h) */
	uint32_t zero;
};

/** Scalars of a model. */
struct ho_core {
	uint32_t K;                    /**< labels, >= 2 */
	uint32_t columns;              /**< 1 for two labels, else K */
	uint32_t word_n_max;           /**< 1..HO_WORD_NGRAM_MAX */
	uint32_t char_min, char_max;   /**< 0, 0: no char view */
	uint32_t promise_kind;         /**< enum ho_promise_kind */
	uint32_t promise_labels;       /**< T: 1, or K for promises per label */
	uint32_t chosen;               /**< index of the tested threshold in use, or their number */
	double word_scale, char_scale; /**< K > 2: value of one quantum of an entry; else 1 */
	double slope;                  /**< calibration: logits are slope * score + offset[k] */
	double confidence_level, novelty_level, bound;
	struct ho_novelty_scale scale;
};

/** The encoder that a model needs: within the file or elsewhere. */
struct ho_encoder_record {
	uint64_t fingerprint; /**< of struct ho_encoder_facts */
	uint32_t dimensions, max_tokens;
};

/** A feature: empty if fingerprint is 0. Its place is found from the low bits of the key by linear probing. */
struct ho_slot {
	uint32_t fingerprint; /**< upper 32 bits of the key, 0 stored as 1 */
	union {
		float weight; /**< K = 2 */
		uint32_t row; /**< K > 2 */
	};
};

/** See above. */
struct ho_entry {
	uint16_t label;
	int16_t quanta;
};

/** See above. */
struct ho_tested_record {
	double threshold, p;
	uint32_t n, k, label, zero;
};

static inline uint32_t ho_slot_fingerprint(uint64_t key)
{
	uint32_t f = (uint32_t)(key >> 32);
	return f ? f : 1;
}

#endif
