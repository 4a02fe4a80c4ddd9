/* SPDX-License-Identifier: MIT */
/* A program that is to be started: which file that is, and whether a library can be preloaded. */
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
	PROGRAM_NO_INTERPRETER, /* of a script: missing */
	PROGRAM_STATIC,
	PROGRAM_SETUID,
	PROGRAM_SETGID,
	PROGRAM_CAPABILITIES,
	PROGRAM_CLASS,
	PROGRAM_MACHINE,
	PROGRAM_LIBC,
	PROGRAM_LIBRARIES, /* that it needs are missing */
	PROGRAM_LIBRARY,   /* libdaemonfix.so is missing, or cannot be preloaded into any program */
};

/* From the file that is started to the one that ld.so(8) loads, with the #! lines between. */
enum { PROGRAM_CHAIN = 12 };

struct program {
	char *chain[PROGRAM_CHAIN]; /* paths */
	size_t count;               /* at least 1, unless PROGRAM_NOT_FOUND */
	struct elf elf;             /* the last one */
	bool by_shell;              /* a script without #! line: PROGRAM_SHELL executes it */
	bool by_env;                /* the last one is found by env(1) */
	struct kinds kinds;
	char *library; /* the path of libdaemonfix.so; NULL: not looked for */
	enum program_problem problem;
	char *sentence; /* of the problem, and what to do instead; NULL if there is none */
};

/* What execvp(3) executes scripts with that have no #! line. */
#define PROGRAM_SHELL "/bin/sh"

/* How much is to be found out. */
enum program_depth {
	PROGRAM_TO_START,   /* what executing it needs; of the kinds only the runtime */
	PROGRAM_TO_EXAMINE, /* and everything else that is known */
};

/*
 * Finds a program as execvp(3) does, follows the #! lines, and finds out whether the kernel
 * and ld.so(8) would load libdaemonfix.so into it, if this process executed it.  program_close()
 * is due in any case.
 */
enum program_problem program_open(struct program *p, const char *name, enum program_depth depth);
void program_close(struct program *p);

/*
 * What execv(3) is to be given, if its name and its arguments are these words: the arguments, which
 * are the words themselves or a new array, and, returned, the path.  Valid until program_close().
 */
const char *program_arguments(const struct program *p, char **words, char ***arguments);

/*
 * Can it be started in modes background and foreground-fork, in which the command itself does the
 * work?  True as well if the library can be preloaded.
 */
bool program_starts(const struct program *p);

/* Notes a problem that is found later. */
enum program_problem program_refuse(struct program *p, enum program_problem problem,
				    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The problem in a word, for programs: it does not change. */
const char *program_problem_name(enum program_problem problem);

#endif
