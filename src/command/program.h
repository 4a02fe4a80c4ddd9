/* SPDX-License-Identifier: MIT */
/* A program to start: which file it is, and whether a library can be preloaded. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "elf.h"
#include "kind.h"

#include <stdbool.h>
#include <stddef.h>

enum program_problem {
	PROGRAM_WORKS,
	PROGRAM_NOT_FOUND,
	PROGRAM_NOT_EXAMINED, /* no permission, or its first line is too intricate */
	PROGRAM_DIRECTORY,
	PROGRAM_NOT_EXECUTABLE,
	PROGRAM_NO_PROGRAM, /* neither ELF nor text */
	PROGRAM_DAMAGED,
	PROGRAM_NO_INTERPRETER, /* a script's interpreter is missing */
	PROGRAM_STATIC,
	PROGRAM_SETUID,
	PROGRAM_SETGID,
	PROGRAM_CAPABILITIES,
	PROGRAM_CLASS,
	PROGRAM_MACHINE,
	PROGRAM_LIBC,
	PROGRAM_LIBRARIES, /* libraries that it needs are missing */
	PROGRAM_LIBRARY,   /* libdaemonfix.so is missing, or cannot be preloaded into any program */
};

/* The files from the one that is started to the one that ld.so(8) loads, by way of #! lines. */
enum { PROGRAM_CHAIN = 12 };

struct program {
	char *chain[PROGRAM_CHAIN]; /* paths */
	size_t count;               /* at least 1, unless PROGRAM_NOT_FOUND */
	struct elf elf;             /* the last one */
	bool by_shell;              /* a script without #! line: PROGRAM_SHELL executes it */
	bool by_env;                /* env(1) finds the last one */
	struct kinds kinds;
	char *library; /* the path of libdaemonfix.so; NULL: not looked for */
	enum program_problem problem;
	char *sentence; /* the problem, and what to do instead; NULL if there is none */
};

/* execvp(3) runs scripts without a #! line with this shell. */
#define PROGRAM_SHELL "/bin/sh"

/* How much to find out. */
enum program_depth {
	PROGRAM_TO_START,   /* only what execution needs; of the kinds only the runtime */
	PROGRAM_TO_EXAMINE, /* also everything else that can be known */
};

/*
 * Finds a program as execvp(3) does, follows the #! lines, and finds out whether the kernel and
 * ld.so(8) would load libdaemonfix.so into the program if this process executed it.  The caller
 * always calls program_close().
 */
enum program_problem program_open(struct program *p, const char *name, enum program_depth depth);
void program_close(struct program *p);

/*
 * The path and arguments for execv(3), if words are the program's name and arguments.  Returns the
 * path; *arguments become the words themselves or a new array.  Valid until program_close().
 */
const char *program_arguments(const struct program *p, char **words, char ***arguments);

/*
 * Can the program be started in modes background and foreground-fork, in which the command itself
 * does the work?  Also true if the library can be preloaded.
 */
bool program_starts(const struct program *p);

/* Records a problem that is found later. */
enum program_problem program_refuse(struct program *p, enum program_problem problem,
				    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The problem in one word, for programs; the words do not change. */
const char *program_problem_name(enum program_problem problem);

#endif
