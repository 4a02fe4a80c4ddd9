/* SPDX-License-Identifier: MIT */
#ifndef INTERPOSE_H
#define INTERPOSE_H

#include "versions.h"

#include <features.h>

/*
 * INTERPOSE(ours, name, version): our function takes the place of libc's symbol, and of no other
 * library's function or variable of that name.  The symbol has the version that programs ask libc
 * for, and is hidden (one @): a reference without a version, or one of dlsym(3), passes it over
 * (dl-lookup.c, check_match).  musl has no versions: there the name is all.
 */
#define EXPORT         __attribute__((visibility("default")))
#define AS_TEXT(macro) AS_TEXT_(macro)
#define AS_TEXT_(text) #text
#if defined __GLIBC__ && defined LIBC_VERSION
#define INTERPOSE(ours, name, version) __asm__(".symver " #ours ", " #name "@" AS_TEXT(version))
#else
#define INTERPOSE(ours, name, version)                                                             \
	extern __typeof__(ours) name __attribute__((alias(#ours))) EXPORT
#endif

#endif
