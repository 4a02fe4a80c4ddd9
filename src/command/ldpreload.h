/* SPDX-License-Identifier: MIT */
/* Where libdaemonfix.so is. */
#ifndef LIBRARY_H
#define LIBRARY_H

#include <stdbool.h>

#define LIBRARY_NAME "libdaemonfix.so"

enum library {
	LIBRARY_FOUND,
	LIBRARY_MISSING,
	LIBRARY_BAD_PATH, /* ld.so(8) would take a character of the path for a separator */
};

/*
 * Finds the library that belongs to this command: in the build tree beside it, otherwise where
 * it is installed, even if all has been moved (DESTDIR).  *path becomes its canonical path, or, if
 * it is missing, where it should be, in a new string.
 */
enum library library_find(char **path);

/*
 * The value of LD_PRELOAD that puts the library in front of what is in it now, but behind the run
 * times of sanitizers, which refuse to come later; runtime: that of the program, if it has one, or
 * NULL.  A new string.
 */
char *library_preload(const char *path, const char *runtime);

/* What is in LD_PRELOAD now, but for any libdaemonfix.so: a new string. */
char *library_others(void);

/* Do two paths lead to the same file? */
bool same_file(const char *one, const char *other);

#endif
