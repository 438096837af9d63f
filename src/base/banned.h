/** Included before every file: what must not be used. Each has a safe neighbour (snprintf, strtol, ho_rng, slices). */
#ifndef HO_BASE_BANNED_H
#define HO_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef strtok
#undef sprintf
#undef vsprintf
#pragma GCC poison strcpy strcat strncpy strncat strtok sprintf vsprintf gets atoi atol atof rand srand localtime gmtime

#endif
