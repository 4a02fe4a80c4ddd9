/* SPDX-License-Identifier: MIT */
/* The #! line of a script: which program the kernel starts, and env(1) after it. */
#ifndef SCRIPT_H
#define SCRIPT_H

#include <stddef.h>

/* The part of the line that the kernel reads, with a final null. */
enum { SCRIPT_LINE = 256 };

struct script {
	char line[SCRIPT_LINE];
	const char *interpreter; /* a path */
	const char *program;     /* if the interpreter is env(1): the program that env(1) looks up;
				    otherwise NULL */
};

enum script_kind {
	SCRIPT_NONE,      /* no #! line that the kernel accepts */
	SCRIPT_INTRICATE, /* env(1) has options that this reader does not understand */
	SCRIPT_FILE,
};

/* Reads the first line of a file. */
enum script_kind script_read(struct script *s, const unsigned char *data, size_t size);

#endif
