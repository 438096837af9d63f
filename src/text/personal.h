/**
 * Personal data in texts: mail addresses, telephone numbers, cards, accounts, national numbers, IP addresses, street
 * addresses and names after a form of address. Found by form, and where the form has a check digit by that: a card must
 * satisfy Luhn (ISO/IEC 7812-1 annex B) and begin as cards do, an IBAN mod 97 (ISO 13616, ISO/IEC 7064) and its
 * country's length. What has no check (telephone, names) is a likely find, no proof; nothing is looked up.
 *
 * No allocation; thread-safe. What is found is never printed by this module: ho_personal_mask() puts [mail] and so on
 * in its place.
 */
#ifndef HO_TEXT_PERSONAL_H
#define HO_TEXT_PERSONAL_H

#include <stdint.h>

#include "base/buf.h"

enum ho_personal {
	HO_PERSONAL_MAIL,
	HO_PERSONAL_IBAN,
	HO_PERSONAL_CARD,
	HO_PERSONAL_NATIONAL, /**< a national number whose form and check digits are right */
	HO_PERSONAL_PHONE,
	HO_PERSONAL_IP,
	HO_PERSONAL_ADDRESS, /**< number and street */
	HO_PERSONAL_NAME,    /**< "Dear Ms Smith" */
	HO_PERSONAL_KINDS
};

/** A find: bytes text[start, end). */
struct ho_personal_find {
	size_t start, end;
	enum ho_personal kind;
};

/** "mail address"; static. */
const char *ho_personal_name(enum ho_personal kind);

/**
 * The next find that begins at `from` or after it. To walk a text: from = find.end.
 *
 * @return false: there is none.
 */
bool ho_personal_next(struct ho_personal_find *out, struct ho_slice text, size_t from);

/** Append the text with every find replaced by "[mail]", "[phone]", ... HO_ENOMEM, HO_ELIMIT. */
HO_MUST_CHECK enum ho_status ho_personal_mask(struct ho_buf *out, struct ho_slice text, struct ho_error *err);

/* The matchers, for tests too. Each answers the length of the find that begins at text[at], 0 if none does. */
size_t ho_personal__match_mail(struct ho_slice text, size_t at);
size_t ho_personal__match_iban(struct ho_slice text, size_t at);
size_t ho_personal__match_name(struct ho_slice text, size_t at, size_t *lead);
size_t ho_personal__match_address(struct ho_slice text, size_t at);
size_t ho_personal__match_lettered_id(struct ho_slice text, size_t at);
/** A run of digits and separators: what it is. HO_PERSONAL_KINDS if it is nothing. */
size_t ho_personal__match_number(struct ho_slice text, size_t at, enum ho_personal *kind);

/** Luhn's check over digits[n], n >= 2. */
bool ho_personal__luhn(const char *digits, size_t n);

#endif
