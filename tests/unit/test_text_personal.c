#include "unit/unit.h"

#include <string.h>

#include "text/personal.h"

/* The masked form of a text, in a room of its own. */
static const char *masked(const char *text)
{
	static char room[1024];
	struct ho_buf buf;
	ho_buf_init(&buf, sizeof room - 1);
	assert_int_equal(ho_personal_mask(&buf, ho_slice_str(text), NULL), HO_OK);
	memcpy(room, buf.len ? buf.data : "", buf.len);
	room[buf.len] = '\0';
	ho_buf_release(&buf);
	return room;
}

static const struct {
	const char *text, *want;
} finds[] = {
    {"write to jane.doe+x@mail.example.co.uk.", "write to [mail]."},
    {"<a_b@example.com>, c@example.org", "<[mail]>, [mail]"},
    {"card 4111 1111 1111 1111 please", "card [card] please"},
    {"5555-5555-5555-4444", "[card]"},
    {"IBAN DE89 3704 0044 0532 0130 00.", "IBAN [iban]."},
    {"GB82WEST12345698765432", "[iban]"},
    {"call +44 20 7946 0958 now", "call [phone] now"},
    {"(555) 123-4567 or 555-123-4567", "[phone] or [phone]"},
    {"Tel. 030 12345678", "Tel. [phone]"},
    {"0049 30 1234567", "[phone]"},
    {"from 192.168.10.24 at night", "from [ip] at night"},
    {"SSN 078-05-1120", "SSN [number]"},
    {"CPF 529.982.247-25", "CPF [number]"},
    {"NHS 943 476 5919", "NHS [number]"},
    {"DNI 12345678Z", "DNI [number]"},
    {"RSSMRA85T10A562S", "[number]"},
    {"Dear Mr. Smith, thank you", "Dear Mr. [name], thank you"},
    {"Dear Anna Berg,", "Dear [name],"},
    {"Sehr geehrte Frau Müller", "Sehr geehrte Frau [name]"},
    {"12 Main Street, Springfield", "[address], Springfield"},
    {"Hauptstraße 5, Bahnhofstr. 12a", "[address], [address]"},
};

static void what_is_personal_is_masked(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof finds / sizeof *finds; i++)
		assert_string_equal(masked(finds[i].text), finds[i].want);
}

/* Near misses: a wrong check digit, a version, a date, a price, a counter, a placeholder. */
static void what_is_not_stays(void **state)
{
	static const char *const texts[] = {
	    "card 4111 1111 1111 1112",
	    "DE88 3704 0044 0532 0130 00",
	    "version 1.2.3.4 and 10.0.1",
	    "on 2024-05-01 12:30:00 and 01.05.2024 08:15",
	    "order 1234567890123 of 17.50",
	    "0000000000 and 000012345678",
	    "CPF 529.982.247-26",
	    "666-12-3456 is no number that is given",
	    "12345678A",
	    "Dear Customer, dear all, Dear Sir or Madam",
	    "user@localhost, @home, a@b",
	    "12 Monkeys is a film, 5 Stars",
	    "2001: A Space Odyssey (1968) 9/10",
	    "999.999.999.999",
	    "",
	};
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		assert_string_equal(masked(texts[i]), texts[i]);
}

static void luhn_is_right(void **state)
{
	(void)state;
	assert_true(ho_personal__luhn("79927398713", 11)); /* the example of the standard's annex */
	for (char last = '0'; last <= '9'; last++) {
		char digits[] = "7992739871x";
		digits[10] = last;
		assert_int_equal(ho_personal__luhn(digits, 11), last == '3');
	}
}

/* Finds are in order, do not overlap, and a masked text has no more: for texts made of pieces that nearly match. */
static void finds_are_in_order_in_any_bytes(void **state)
{
	static const char *const pieces[] = {
	    "a@b.cc", "+49 ", "030 ", "4111 ", "1111", "DE89", "@", ".",  "12 Main Street", "Dear ",    "Mr ", "Smith",
	    "\xff",   "\xc3", "(",    "-",     "0",    "9",    " ", "\n", "straße 5",       "X1234567L"};
	uint32_t seed = 7;
	(void)state;
	for (int round = 0; round < 3000; round++) {
		char text[512];
		size_t len = 0, last = 0;
		struct ho_personal_find find;
		for (int k = 0; k < 12; k++) {
			seed = seed * 1664525 + 1013904223;
			const char *piece = pieces[(seed >> 16) % (sizeof pieces / sizeof *pieces)];
			memcpy(text + len, piece, strlen(piece));
			len += strlen(piece);
		}
		struct ho_slice s = ho_slice(text, len);
		for (size_t at = 0; ho_personal_next(&find, s, at); at = find.end) {
			assert_true(find.start >= last && find.end > find.start && find.end <= len);
			last = find.end;
		}
	}
}

/* A megabyte of what begins like something is passed over in linear time. */
static void long_runs_are_no_trap(void **state)
{
	static const char starts[] = "a4(+1@.";
	struct ho_personal_find find;
	static char text[1 << 20];
	(void)state;
	for (const char *c = starts; *c; c++) {
		memset(text, *c, sizeof text);
		assert_false(ho_personal_next(&find, ho_slice(text, sizeof text), 0));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_personal_is_masked),
	    cmocka_unit_test(what_is_not_stays),
	    cmocka_unit_test(luhn_is_right),
	    cmocka_unit_test(finds_are_in_order_in_any_bytes),
	    cmocka_unit_test(long_runs_are_no_trap),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
