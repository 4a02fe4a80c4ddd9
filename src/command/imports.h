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
	FUNCTION_LISTEN,
	FUNCTION_DLOPEN,  /* loads libraries later, which may import others */
	FUNCTION_OPENPTY, /* or another one that makes terminals: sessions for others, probably */
	FUNCTION_NOTIFY,  /* sd_notify(3), or it mentions NOTIFY_SOCKET */
	FUNCTION_UNKNOWN, /* not known, whether it imports any */
	FUNCTIONS
};

struct imports {
	struct importer {
		char *path;
		bool own;  /* the program, or a library that is not where those for all are */
		bool near; /* the same, or a library that the program itself names */
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

/* Does any file import it; one that is near; one of the program's own? */
bool imports_any(const struct imports *all, enum function function);
bool imports_near(const struct imports *all, enum function function);
bool imports_own(const struct imports *all, enum function function);

#endif
