/* SPDX-License-Identifier: MIT */
/* Which functions a program, and the libraries that it loads, import. */
#ifndef IMPORTS_H
#define IMPORTS_H

#include "program.h"

#include <stdbool.h>
#include <stddef.h>

enum function {
	FUNCTION_DAEMON,
	FUNCTION_SETSID,
	FUNCTION_FORK,
	FUNCTION_VFORK,
	FUNCTION_UNKNOWN, /* not known, whether it imports any */
	FUNCTIONS
};

struct imports {
	struct importer {
		char *path;
		bool imports[FUNCTIONS];
	} * files; /* those that import any */
	size_t count;
	bool own_daemon; /* the program's daemon() is its own, and stays in front of any other */
};

/* In words: "daemon" and so on. */
const char *imports_name(enum function function);

/*
 * Reads them of a program that works.  The loader itself is asked which libraries it would load.
 * If it cannot load one, p is PROGRAM_LIBRARIES afterwards.  imports_free() is due in any case.
 */
enum program_problem imports_read(struct imports *all, struct program *p);
void imports_free(struct imports *all);

bool imports_any(const struct imports *all, enum function function);

#endif
