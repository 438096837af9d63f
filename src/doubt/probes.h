/**
 * Texts that no model should be sure about: sentences of our own in twelve languages and on ten topics, gibberish,
 * noise, and texts that say nothing. In: a seed. Out: texts; the sentences are static, the rest is made into an arena.
 */
#ifndef HO_DOUBT_PROBES_H
#define HO_DOUBT_PROBES_H

#include "base/arena.h"
#include "base/status.h"
#include "text/language.h"

enum ho_probe_kind {
	HO_PROBE_LANGUAGE,  /**< everyday sentences; `language` says in which */
	HO_PROBE_TOPIC,     /**< English sentences on weather, cooking, law, ...; `what` says on which */
	HO_PROBE_GIBBERISH, /**< made-up words of random letters */
	HO_PROBE_KEYBOARD,  /**< keys hit without sense, in rows and runs */
	HO_PROBE_EMPTY,     /**< nothing, blanks, marks only */
	HO_PROBE_ADDRESS,   /**< a web address and nothing else */
	HO_PROBE_LONG,      /**< 12,500 words of all topics and of gibberish in turn */
	HO_PROBE_COUNT
};

struct ho_probe {
	enum ho_probe_kind kind;
	enum ho_language language; /**< of HO_PROBE_LANGUAGE, HO_PROBE_TOPIC (English); else unknown */
	const char *what;          /**< "German", "cooking", "made-up words"; static */
	struct ho_slice text;
};

struct ho_probes {
	struct ho_probe *items; /**< [n] owned; always the same for one seed */
	size_t n, cap;
	struct ho_arena arena;
};

/** HO_ENOMEM. Release with ho_probes_release(). */
HO_MUST_CHECK enum ho_status ho_probes_make(struct ho_probes *out, uint64_t seed, struct ho_error *err);
void ho_probes_release(struct ho_probes *probes);
/** "texts in other languages"; static. */
const char *ho_probe_kind_name(enum ho_probe_kind kind);

/** The static sentences: those of a language or a topic, number i; NULL past the last. */
const char *ho_probe_sentence(enum ho_language language, size_t i);
const char *ho_probe_topic_sentence(const char **topic, size_t i);

#endif
