// SPDX-License-Identifier: MIT
/* Kinds of programs, by their text, their names and their ELF files. */
#include "kind.h"

#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { SHIM_SIZE = 4096 /* shims are not longer */ };

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

const char *kind_name(enum kind kind)
{
	static const char names[][16] = {
		[KIND_SCRIPT] = "script", [KIND_ENV] = "env",
		[KIND_SHIM] = "shim",     [KIND_SHELL] = "shell",
		[KIND_GO] = "go",         [KIND_INTERPRETER] = "interpreter",
		[KIND_STATIC] = "static", [KIND_SANITIZER] = "sanitizer",
	};

	return names[kind];
}

static void set_shim(struct kinds *k, const char *command)
{
	k->is[KIND_SHIM] = true;
	k->shim = command;
}

/* Version managers' shims are short scripts that say: exec MANAGER exec NAME, perhaps quoted. */
void kind_add_script(struct kinds *k, const struct elf *text, bool by_env)
{
	static const char managers[][8] = {"pyenv",  "rbenv",  "nodenv", "goenv", "plenv",
					   "phpenv", "luaenv", "jenv",   "asdf"};

	k->is[KIND_SCRIPT] = true;
	k->is[KIND_ENV] |= by_env;
	for (size_t i = 0; i < COUNT(managers) && text->size < SHIM_SIZE; i++) {
		char *plain = text_new("%s exec ", managers[i]);
		char *quoted = text_new("%s\" exec ", managers[i]);

		if (elf_contains(text, plain) || elf_contains(text, quoted))
			set_shim(k, managers[i]);
		free(plain);
		free(quoted);
	}
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* These managers are programs to which one symbolic link for each name leads. */
void kind_add_name(struct kinds *k, const char *path)
{
	static const char managers[][2][12] = {
		{"mise", "mise"}, {"rtx", "rtx"}, {"volta-shim", "volta"}};
	char *real = realpath(path, NULL);

	for (size_t i = 0; real && i < COUNT(managers); i++)
		if (strcmp(base_name(real), managers[i][0]) == 0 &&
		    strcmp(base_name(path), managers[i][0]) != 0)
			set_shim(k, managers[i][1]);
	free(real);
}

/* Is the file name one of names, followed by nothing but a version? */
static bool is_named(const char *path, const char *const *names, size_t count)
{
	const char *base = base_name(path);

	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(names[i]);

		if (strncmp(base, names[i], length) == 0 &&
		    !base[length + strspn(base + length, "0123456789.-")])
			return true;
	}
	return false;
}

static void add_language(struct kinds *k, const char *path)
{
	static const char *const shells[] = {"sh",   "dash", "bash", "ash", "ksh",
					     "mksh", "zsh",  "fish", "csh", "tcsh"};
	static const char *const interpreters[] = {
		"python",  "pypy",     "perl",   "ruby",    "node",  "nodejs", "php",
		"php-cgi", "lua",      "luajit", "tclsh",   "wish",  "expect", "guile",
		"java",    "beam.smp", "R",      "Rscript", "julia", "mono",   "mono-sgen",
		"dotnet",  "deno",     "bun",    "qjs",     "gjs",   "sbcl",   "racket",
	};

	k->is[KIND_SHELL] |= is_named(path, shells, COUNT(shells));
	k->is[KIND_INTERPRETER] |= is_named(path, interpreters, COUNT(interpreters));
}

/* The shared run times of GCC, and of clang with -shared-libsan. */
static const struct {
	const char *prefix, *sanitizer;
	bool first; /* must come before other libraries */
} runtimes[] = {
	{"libasan.so", "address", true},           {"libtsan.so", "thread", true},
	{"libhwasan.so", "hwaddress", true},       {"liblsan.so", "leak", true},
	{"libubsan.so", "undefined", false},       {"libclang_rt.asan", "address", true},
	{"libclang_rt.tsan", "thread", true},      {"libclang_rt.hwasan", "hwaddress", true},
	{"libclang_rt.ubsan", "undefined", false},
};

/* The index in runtimes[], or -1. */
static int find_runtime(const char *name)
{
	for (size_t i = 0; i < COUNT(runtimes); i++)
		if (strncmp(name, runtimes[i].prefix, strlen(runtimes[i].prefix)) == 0)
			return (int)i;
	return -1;
}

bool kind_is_runtime(const char *name)
{
	int i = find_runtime(base_name(name));

	return i >= 0 && runtimes[i].first;
}

/* Takes the first run time that must come first; otherwise the last one. */
void kind_add_runtime(struct kinds *k, struct elf *e)
{
	const char *name;

	for (size_t i = 0; !k->runtime && (name = elf_needed(e, i)); i++) {
		int found = find_runtime(name);

		if (found < 0)
			continue;
		k->is[KIND_SANITIZER] = true;
		k->sanitizer = runtimes[found].sanitizer;
		k->runtime = runtimes[found].first ? name : NULL;
	}
}

/* By default, clang links the run time in, and the program exports its functions. */
static void add_linked_runtime(struct kinds *k, struct elf *e)
{
	static const char *const symbols[][2] = {
		{"__asan_init", "address"},
		{"__tsan_init", "thread"},
		{"__msan_init", "memory"},
		{"__hwasan_init", "hwaddress"},
	};

	for (size_t i = 0; !k->sanitizer && i < COUNT(symbols); i++)
		if (elf_symbol(e, symbols[i][0]) == ELF_DEFINED) {
			k->is[KIND_SANITIZER] = true;
			k->sanitizer = symbols[i][1];
		}
}

void kind_add_program(struct kinds *k, struct elf *e, const char *path)
{
	char *real = realpath(path, NULL);

	add_language(k, path);
	if (real)
		add_language(k, real);
	free(real);
	/* Go's debug/buildinfo looks for this string; strip(1) leaves it in place. */
	k->is[KIND_GO] = elf_contains(e, "\xff Go buildinf:");
	k->is[KIND_STATIC] = !e->interpreter;
	kind_add_runtime(k, e);
	add_linked_runtime(k, e);
}

bool kind_runs_others(const struct kinds *k)
{
	return k->is[KIND_SCRIPT] || k->is[KIND_SHIM] || k->is[KIND_SHELL] ||
	       k->is[KIND_INTERPRETER];
}
