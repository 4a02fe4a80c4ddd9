/* SPDX-License-Identifier: MIT */
/* Kinds of programs whose imports show too little. */
#ifndef KIND_H
#define KIND_H

#include "elf.h"

#include <stdbool.h>

enum kind {
	KIND_SCRIPT,      /* has a #! line */
	KIND_ENV,         /* a script whose interpreter is found by env(1) in PATH */
	KIND_SHIM,        /* starts another program of the same name: pyenv, asdf and the like */
	KIND_SHELL,       /* the program that is finally loaded is a shell */
	KIND_INTERPRETER, /* that program is an interpreter of another language */
	KIND_GO,          /* a Go program, which calls the kernel directly, not libc */
	KIND_STATIC,
	KIND_SANITIZER,
	KINDS
};

struct kinds {
	bool is[KINDS];
	const char *shim;      /* KIND_SHIM: the version manager's command */
	const char *sanitizer; /* KIND_SANITIZER: NAME in -fsanitize=NAME */
	const char *runtime; /* the sanitizer's library that must come before others, within the ELF
				file; NULL: linked in, or not needed */
};

/* The word for a kind in JSON. */
const char *kind_name(enum kind kind);

/* Adds what a script's text shows. */
void kind_add_script(struct kinds *k, const struct elf *text, bool by_env);

/* Adds what the name of a file shows: path may be a symbolic link. */
void kind_add_name(struct kinds *k, const char *path);

/* Adds the kinds of the program that is finally loaded. */
void kind_add_program(struct kinds *k, struct elf *e, const char *path);

/* The part of kind_add_program() that affects preloading: runtime. */
void kind_add_runtime(struct kinds *k, struct elf *e);

/* Does the program's behaviour depend on a script that it runs, or on a program that it starts? */
bool kind_runs_others(const struct kinds *k);

/* Is this the file name of a sanitizer's run time that must come before other libraries? */
bool kind_is_runtime(const char *name);

#endif
