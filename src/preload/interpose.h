/* SPDX-License-Identifier: MIT */
#ifndef INTERPOSE_H
#define INTERPOSE_H

#include "versions.h"

#include <features.h>

/*
 * INTERPOSE(ours, name, version): our function replaces libc's symbol, and no other library's
 * function or variable of that name.  The symbol has the version that programs request from libc,
 * and is hidden (one @): a reference without a version, or from dlsym(3), ignores it (dl-lookup.c,
 * check_match).  musl has no versions: there only the name counts.
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
