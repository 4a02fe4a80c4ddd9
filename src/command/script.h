/* SPDX-License-Identifier: MIT */
/* The #! line of a script: what the kernel, and env(1) after it, start. */
#ifndef SCRIPT_H
#define SCRIPT_H

#include <stddef.h>

/* As much as the kernel looks at, with a final null. */
enum { SCRIPT_LINE = 256 };

struct script {
	char line[SCRIPT_LINE];
	const char *interpreter; /* a path */
	const char *program;     /* the interpreter is env(1), which looks up this; or NULL */
};

enum script_kind {
	SCRIPT_NONE,      /* no #! line that the kernel takes for one */
	SCRIPT_INTRICATE, /* env(1) has options that this reader does not understand */
	SCRIPT_FILE,
};

/* Reads the first line of a file. */
enum script_kind script_read(struct script *s, const unsigned char *data, size_t size);

#endif
