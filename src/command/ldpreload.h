/* SPDX-License-Identifier: MIT */
/* Finds libdaemonfix.so, and makes LD_PRELOAD. */
#ifndef LIBRARY_H
#define LIBRARY_H

#include <stdbool.h>

#define LIBRARY_NAME "libdaemonfix.so"

enum library {
	LIBRARY_FOUND,
	LIBRARY_MISSING,
	LIBRARY_BAD_PATH, /* ld.so(8) would treat a character in the path as a separator */
};

/*
 * Finds the library that belongs to this command: in the build tree beside it, otherwise where it
 * is installed, even if everything has been moved (DESTDIR).  *path becomes the library's canonical
 * path or, if the library is missing, its expected path, in a new string.
 */
enum library library_find(char **path);

/*
 * A new LD_PRELOAD that puts the library before its present entries, but after the run times of
 * sanitizers, which refuse to come later; runtime: that of the program, or NULL.  A new string.
 */
char *library_preload(const char *path, const char *runtime);

/* The present LD_PRELOAD without any libdaemonfix.so: a new string. */
char *library_others(void);

/* Do two paths lead to the same file? */
bool same_file(const char *one, const char *other);

#endif
