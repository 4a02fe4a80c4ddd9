// SPDX-License-Identifier: MIT
/* Finds libdaemonfix.so, and puts it before other preloaded libraries. */
#include "ldpreload.h"

#include "kind.h"
#include "text.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

/* The Makefile sets it. */
#ifndef LIBDIR
#define LIBDIR "/usr/local/lib"
#endif
#ifndef LIBDIR_FROM_BINDIR
#define LIBDIR_FROM_BINDIR "../lib"
#endif

/* The separators of entries in LD_PRELOAD. */
#define SEPARATORS ": "

bool same_file(const char *one, const char *other)
{
	struct stat a, b;

	return strcmp(one, other) == 0 || (stat(one, &a) == 0 && stat(other, &b) == 0 &&
					   a.st_dev == b.st_dev && a.st_ino == b.st_ino);
}

/* The directory of this command; empty if unknown. */
static void own_directory(char path[PATH_MAX])
{
	ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 1);

	path[length > 0 ? length : 0] = '\0';
	/* Without /proc: the path that execve(2) was given. */
	const char *started =
		(const char *)getauxval(AT_EXECFN); // NOLINT(performance-no-int-to-ptr)
	if (length < 0 && !realpath(started, path))
		path[0] = '\0';
	char *slash = strrchr(path, '/');
	if (slash)
		*slash = '\0';
}

enum library library_find(char **path)
{
	char directory[PATH_MAX];
	const char *const places[][2] = {
		{directory, ""}, {directory, "/" LIBDIR_FROM_BINDIR}, {LIBDIR, ""}};

	own_directory(directory);
	*path = NULL;
	for (size_t i = 0; !*path && i < sizeof places / sizeof places[0]; i++) {
		char *name = text_new("%s%s/" LIBRARY_NAME, places[i][0], places[i][1]);

		*path = realpath(name, NULL);
		free(name);
	}
	if (!*path) {
		*path = text_new("%s/" LIBDIR_FROM_BINDIR "/" LIBRARY_NAME, directory);
		return LIBRARY_MISSING;
	}
	/* ld.so(8) also expands $ORIGIN and the like. */
	return strpbrk(*path, SEPARATORS "$") ? LIBRARY_BAD_PATH : LIBRARY_FOUND;
}

/* ld.so(8) searches for an entry without a slash by name; a loaded library has that name. */
static bool is_library(const char *entry, const char *path)
{
	return same_file(entry, path) || strcmp(entry, LIBRARY_NAME) == 0;
}

static void put(FILE *f, const char *entry)
{
	fprintf(f, "%s%s", ftell(f) > 0 ? ":" : "", entry);
}

/* Writes the entries of a list that are sanitizers' run times, or those that are not. */
static void put_entries(FILE *f, const char *list, bool runtimes, const char *path)
{
	char *copy = text_new("%s", list), *rest;

	for (char *entry = strtok_r(copy, SEPARATORS, &rest); entry;
	     entry = strtok_r(NULL, SEPARATORS, &rest))
		if (kind_is_runtime(entry) == runtimes && !is_library(entry, path))
			put(f, entry);
	free(copy);
}

static void put_list(FILE *f, const char *path, const char *runtime, const char *old)
{
	put_entries(f, old, true, path);
	if (runtime && ftell(f) == 0)
		put(f, runtime);
	put(f, path);
	put_entries(f, old, false, path);
}

char *library_preload(const char *path, const char *runtime)
{
	const char *old = getenv("LD_PRELOAD");
	char *list = NULL;
	size_t size;
	FILE *f = open_memstream(&list, &size);

	if (f)
		put_list(f, path, runtime, old ? old : "");
	return text_close(f, &list);
}

char *library_others(void)
{
	const char *old = getenv("LD_PRELOAD");
	char *copy = text_new("%s", old ? old : ""), *others = text_new("%s", ""), *rest;

	for (char *entry = strtok_r(copy, SEPARATORS, &rest); entry;
	     entry = strtok_r(NULL, SEPARATORS, &rest)) {
		const char *slash = strrchr(entry, '/');

		if (strcmp(slash ? slash + 1 : entry, LIBRARY_NAME) == 0)
			continue;
		char *longer = text_new("%s%s%s", others, *others ? ":" : "", entry);
		free(others);
		others = longer;
	}
	free(copy);
	return others;
}
