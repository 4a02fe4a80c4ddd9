/* SPDX-License-Identifier: MIT */
/* The functions that a program and its libraries import. */
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
	FUNCTION_LISTEN,
	FUNCTION_DLOPEN,  /* loads libraries later, which may import more */
	FUNCTION_OPENPTY, /* or another function that makes terminals: the sessions are probably for
			     others */
	FUNCTION_NOTIFY,  /* sd_notify(3), or it mentions NOTIFY_SOCKET */
	FUNCTION_UNKNOWN, /* unknown whether the file imports any */
	FUNCTIONS
};

struct imports {
	struct importer {
		char *path;
		bool own;  /* the program, or a library outside the public directories */
		bool near; /* own, or a library that the program itself names */
		bool imports[FUNCTIONS];
	} * files; /* the files that import each function */
	size_t count;
	bool own_daemon; /* the program has a daemon() of its own, which precedes any other */
};

/* The name of a function: "daemon" and so on. */
const char *imports_name(enum function function);

/*
 * Reads the imports of a program that works.  The loader lists the libraries that it would load; if
 * it cannot load one, p becomes PROGRAM_LIBRARIES.  The caller always calls imports_free().
 */
enum program_problem imports_read(struct imports *all, struct program *p);
void imports_free(struct imports *all);

/* Does any file import the function; any that is near; any of the program's own? */
bool imports_any(const struct imports *all, enum function function);
bool imports_near(const struct imports *all, enum function function);
bool imports_own(const struct imports *all, enum function function);

#endif
