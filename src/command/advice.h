/* SPDX-License-Identifier: MIT */
/* The modes that help a program, as far as that is known without running it. */
#ifndef ADVICE_H
#define ADVICE_H

#include "imports.h"
#include "program.h"

#include <stdbool.h>
#include <stddef.h>

enum way { WAY_FIX, WAY_FIX_FORK, WAY_BACKGROUND, WAYS };

struct advice {
	const char *verdict; /* a sentence */
	enum way ways[WAYS]; /* the modes to choose from, the most likely first */
	size_t count; /* how many; 0: the program cannot be started; 1: the mode is certain */
	const char *container; /* the option that keeps the program in the foreground; NULL: none is
				  needed */
	const char *ready;     /* the value for -r, if it is a server; NULL: none, or unknown */
	const char *readiness; /* why, in words; NULL if ready is */
};

struct advice advise(const struct program *p, const struct imports *all);

/* The name of a mode; its option for run, "" or with a space at the end; when to use the mode. */
const char *way_name(enum way way);
const char *way_option(enum way way);
const char *way_condition(enum way way);

/* "daemonfix SUBCOMMAND OPTIONS-- WORD...", for a shell: a new string. */
char *advice_command(const char *subcommand, const char *options, char **words);

#endif
