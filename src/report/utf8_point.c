#include "report/utf8_point.h"

/* Length by the first byte, and the smallest value that may be written with that length (else it is overlong). */
static size_t expected(unsigned char first, uint32_t *value, uint32_t *least)
{
	if (first < 0x80)
		return *value = first, *least = 0, 1;
	if (first >= 0xC2 && first < 0xE0)
		return *value = first & 0x1F, *least = 0x80, 2;
	if (first >= 0xE0 && first < 0xF0)
		return *value = first & 0x0F, *least = 0x800, 3;
	if (first >= 0xF0 && first < 0xF5)
		return *value = first & 0x07, *least = 0x10000, 4;
	return 0;
}

size_t ho_report__decode(uint32_t *point, const char *bytes, size_t len)
{
	uint32_t value = 0, least = 0;
	size_t need = expected((unsigned char)bytes[0], &value, &least);
	*point = 0xFFFD;
	if (need == 0 || need > len)
		return 1;
	for (size_t i = 1; i < need; i++) {
		if (((unsigned char)bytes[i] & 0xC0) != 0x80)
			return 1;
		value = value << 6 | ((unsigned char)bytes[i] & 0x3F);
	}
	if (value < least || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000))
		return 1;
	*point = value;
	return need;
}

bool ho_report__is_unsafe(uint32_t p)
{
	return p < 0x20 || (p >= 0x7F && p < 0xA0) || p == 0xAD || p == 0x61C || (p >= 0x200B && p <= 0x200F) ||
	       (p >= 0x2028 && p <= 0x202E) || (p >= 0x2060 && p <= 0x206F) || p == 0xFEFF ||
	       (p >= 0xFFF0 && p < 0xFFFC) || (p >= 0xE0000 && p < 0xE1000);
}

unsigned ho_report__columns(uint32_t p)
{
	if ((p >= 0x300 && p < 0x370) || (p >= 0x1AB0 && p < 0x1B00) || (p >= 0x20D0 && p < 0x2100) ||
	    (p >= 0xFE00 && p < 0xFE10) || (p >= 0xFE20 && p < 0xFE30))
		return 0;
	if ((p >= 0x1100 && p < 0x1160) || (p >= 0x2E80 && p < 0xA4D0) || (p >= 0xAC00 && p < 0xD7A4) ||
	    (p >= 0xF900 && p < 0xFB00) || (p >= 0xFE30 && p < 0xFE50) || (p >= 0xFF00 && p < 0xFF61) ||
	    (p >= 0x1F300 && p < 0x1F650) || (p >= 0x1F900 && p < 0x1FA00) || (p >= 0x20000 && p < 0x40000))
		return 2;
	return 1;
}
