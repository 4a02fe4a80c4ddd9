// SPDX-License-Identifier: MIT
/* Finds those functions in the dynamic symbol tables of a program and its libraries. */
#include "imports.h"

#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

const char *imports_name(enum function function)
{
	static const char names[][8] = {
		[FUNCTION_DAEMON] = "daemon",   [FUNCTION_SETSID] = "setsid",
		[FUNCTION_FORK] = "fork",       [FUNCTION_VFORK] = "vfork",
		[FUNCTION_LISTEN] = "listen",   [FUNCTION_DLOPEN] = "dlopen",
		[FUNCTION_OPENPTY] = "openpty", [FUNCTION_NOTIFY] = "notify",
		[FUNCTION_UNKNOWN] = "unknown",
	};

	return names[function];
}

static bool imports_one_of(struct elf *e, const char *const *names)
{
	for (; *names; names++)
		if (elf_symbol(e, *names) == ELF_IMPORTED)
			return true;
	return false;
}

/* libsystemd contains the word as well, for its callers. */
static bool notifies(struct elf *e)
{
	static const char *const names[] = {"sd_notify", "sd_notifyf", "sd_pid_notify",
					    "sd_pid_notify_with_fds", NULL};

	return imports_one_of(e, names) ||
	       (elf_contains(e, "NOTIFY_SOCKET") && elf_symbol(e, "sd_notify") == ELF_ABSENT);
}

static bool imports_function(struct elf *e, enum function function)
{
	static const char *const terminals[] = {"openpty", "forkpty",   "posix_openpt",
						"getpt",   "login_tty", NULL};

	switch (function) {
	case FUNCTION_OPENPTY:
		return imports_one_of(e, terminals);
	case FUNCTION_NOTIFY:
		return notifies(e);
	case FUNCTION_UNKNOWN:
		return !e->has_symbols;
	default:
		return elf_symbol(e, imports_name(function)) == ELF_IMPORTED;
	}
}

static void add(struct imports *all, const char *path, struct elf *e, bool own, bool near)
{
	struct importer file = {.own = own, .near = own || near};
	bool any = false;

	for (enum function f = 0; f < FUNCTIONS; f++)
		any |= file.imports[f] = imports_function(e, f);
	if (!any)
		return;
	file.path = text_new("%s", path);
	all->files = reallocarray(all->files, all->count + 1, sizeof file);
	if (!all->files)
		text_no_memory();
	all->files[all->count++] = file;
}

/* Is its directory one for shared system libraries: .../lib, .../lib64, .../lib/TRIPLET? */
static bool is_public(const char *path)
{
	const char *end = strrchr(path, '/'), *start = end;

	while (start > path && start[-1] != '/')
		start--;
	size_t length = (size_t)(end - start);
	if (memmem(start, length, "-linux-", strlen("-linux-")))
		return true;
	return length >= 3 && strncmp(start, "lib", 3) == 0 &&
	       3 + strspn(start + 3, "x326480") >= length;
}

static bool is_needed(struct elf *program, const char *name)
{
	const char *needed;

	for (size_t i = 0; (needed = elf_needed(program, i)); i++)
		if (strcmp(needed, name) == 0)
			return true;
	return false;
}

/* Adds a library, and the name by which the loader looked for it. */
static void add_library(struct imports *all, struct program *p, const char *path, const char *name)
{
	struct elf e;

	if (elf_map(&e, path) == 0 && elf_read(&e) == ELF_FILE)
		add(all, path, &e, !is_public(path), is_needed(&p->elf, name));
	elf_unmap(&e);
}

/*
 * As ldd(1), but with this command's loader, not one that the program brings along.  The loader
 * takes $ORIGIN from the path that it is given, the kernel from the file itself.
 */
static pid_t list_libraries(const char *loader, const char *path, int output)
{
	char *real = realpath(path, NULL);
	pid_t pid = fork();

	if (pid == 0) {
		/* Libraries that are preloaded now are not the program's. */
		unsetenv("LD_PRELOAD");
		if (setenv("LD_TRACE_LOADED_OBJECTS", "1", 1) == 0 &&
		    dup2(output, STDOUT_FILENO) >= 0)
			execl(loader, loader, real ? real : path, (char *)NULL);
		_exit(127);
	}
	free(real);
	return pid;
}

/* A line: "\tNAME => PATH (ADDRESS)", "\tPATH (ADDRESS)", or "\tNAME => not found". */
static void read_line(struct imports *all, struct program *p, char *line)
{
	char *path = line + strspn(line, "\t"), *arrow = strstr(path, " => ");
	char *address = strstr(path, " (0x");

	if (arrow && strcmp(arrow, " => not found\n") == 0) {
		*arrow = '\0';
		if (p->problem == PROGRAM_WORKS)
			program_refuse(p, PROGRAM_LIBRARIES,
				       "cannot start, because its library %s is not found: install "
				       "it, or name its directory in LD_LIBRARY_PATH",
				       path);
		return;
	}
	if (!address)
		return;
	*address = '\0';
	const char *name = path;
	if (arrow) {
		*arrow = '\0';
		path = arrow + strlen(" => ");
	}
	if (strchr(path, '/')) /* not the kernel's own, linux-vdso.so.1 */
		add_library(all, p, path, name);
}

static void read_list(struct imports *all, struct program *p, FILE *f)
{
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, f) > 0)
		read_line(all, p, line);
	free(line);
	fclose(f);
}

/* Returns 0, or -1 if the loader did not finish its list. */
static int read_libraries(struct imports *all, struct program *p)
{
	int ends[2], status;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	pid = list_libraries(p->elf.interpreter, p->chain[p->count - 1], ends[1]);
	close(ends[1]);
	FILE *f = fdopen(ends[0], "r");
	if (f)
		read_list(all, p, f);
	else
		close(ends[0]);
	if (pid < 0)
		return -1;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return f && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

enum program_problem imports_read(struct imports *all, struct program *p)
{
	*all = (struct imports){.own_daemon = elf_symbol(&p->elf, "daemon") == ELF_DEFINED};
	add(all, p->chain[p->count - 1], &p->elf, true, true);
	if (read_libraries(all, p) < 0 && p->problem == PROGRAM_WORKS)
		program_refuse(p, PROGRAM_LIBRARIES,
			       "cannot start, because %s cannot load it: start it to see why",
			       p->elf.interpreter);
	return p->problem;
}

void imports_free(struct imports *all)
{
	while (all->count > 0)
		free(all->files[--all->count].path);
	free(all->files);
	all->files = NULL;
}

bool imports_own(const struct imports *all, enum function function)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->files[i].own && all->files[i].imports[function])
			return true;
	return false;
}

bool imports_near(const struct imports *all, enum function function)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->files[i].near && all->files[i].imports[function])
			return true;
	return false;
}

bool imports_any(const struct imports *all, enum function function)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->files[i].imports[function])
			return true;
	return false;
}
