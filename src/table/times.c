#include "table/times.h"

static bool is_number(struct ho_slice s)
{
	size_t digits = 0;
	for (size_t i = 0; i < s.len; i++)
		digits += s.ptr[i] >= '0' && s.ptr[i] <= '9';
	return s.len > 0 && digits == s.len;
}

int ho_time_compare(struct ho_slice a, struct ho_slice b)
{
	a = ho_slice_trim(a);
	b = ho_slice_trim(b);
	if (is_number(a) && is_number(b)) {
		while (a.len > 1 && a.ptr[0] == '0')
			a.ptr++, a.len--;
		while (b.len > 1 && b.ptr[0] == '0')
			b.ptr++, b.len--;
		if (a.len != b.len)
			return a.len < b.len ? -1 : 1;
	}
	return ho_slice_compare(a, b);
}
