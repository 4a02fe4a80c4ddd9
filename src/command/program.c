// SPDX-License-Identifier: MIT
/*
 * Finds a program, and whether libdaemonfix.so can be preloaded into it.  If not, ld.so(8) is
 * silent or at best warns: so each reason is checked here, and has a sentence.
 */
#include "program.h"

#include "ldpreload.h"
#include "script.h"
#include "text.h"

#include <elf.h>
#include <errno.h>
#include <grp.h>
#include <link.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

/* Parts of sentences: what to do if nothing can be preloaded. */
#define USE_B_OR_K "use -b or -K, which need no library"
#define ALL_USERS  "or list the library in /etc/ld.so.preload, where it works without settings"

const char *program_problem_name(enum program_problem problem)
{
	static const char names[][20] = {
		[PROGRAM_WORKS] = "",
		[PROGRAM_NOT_FOUND] = "not-found",
		[PROGRAM_NOT_EXAMINED] = "not-examined",
		[PROGRAM_DIRECTORY] = "directory",
		[PROGRAM_NOT_EXECUTABLE] = "not-executable",
		[PROGRAM_NO_PROGRAM] = "no-program",
		[PROGRAM_DAMAGED] = "damaged",
		[PROGRAM_NO_INTERPRETER] = "no-interpreter",
		[PROGRAM_STATIC] = "static",
		[PROGRAM_SETUID] = "set-user-ID",
		[PROGRAM_SETGID] = "set-group-ID",
		[PROGRAM_CAPABILITIES] = "capabilities",
		[PROGRAM_CLASS] = "class",
		[PROGRAM_MACHINE] = "machine",
		[PROGRAM_LIBC] = "libc",
		[PROGRAM_LIBRARIES] = "libraries",
		[PROGRAM_LIBRARY] = "library",
	};

	return names[problem];
}

/* The sentence names the file with the problem: the program or one of its interpreters. */
enum program_problem program_refuse(struct program *p, enum program_problem problem,
				    const char *format, ...)
{
	const char *name = p->count ? p->chain[0] : "";
	va_list arguments;

	va_start(arguments, format);
	char *text = text_new_list(format, arguments);
	va_end(arguments);
	if (p->count > 1)
		p->sentence = text_new("%s: %s: %s", name, p->chain[p->count - 1], text);
	else
		p->sentence = text_new("%s%s%s", name, *name ? ": " : "", text);
	free(text);
	p->problem = problem;
	return problem;
}

/* As execvp(3): the first file that may be executed; otherwise the first that exists; or NULL. */
static char *look_up(const char *name)
{
	const char *path = getenv("PATH");
	char *unfit = NULL;

	if (!*name || strchr(name, '/'))
		return *name ? text_new("%s", name) : NULL;
	path = path ? path : "/bin:/usr/bin";
	for (size_t length;; path += length + 1) {
		struct stat st;

		length = strcspn(path, ":");
		char *file = text_new("%.*s%s%s", (int)length, path, length ? "/" : "./", name);
		bool there = stat(file, &st) == 0;
		if (there && S_ISREG(st.st_mode) && eaccess(file, X_OK) == 0) {
			free(unfit);
			return file;
		}
		if (there && !unfit)
			unfit = file;
		else
			free(file);
		if (!path[length])
			return unfit;
	}
}

static enum program_problem refuse_missing(struct program *p, int error)
{
	if (error != ENOENT && error != ENOTDIR)
		return program_refuse(p, PROGRAM_NOT_EXAMINED, "%s", strerror(error));
	if (p->count > 1)
		return program_refuse(p, PROGRAM_NO_INTERPRETER,
				      "there is no such interpreter: install it, or correct the "
				      "first line of the script");
	return program_refuse(p, PROGRAM_NOT_FOUND, "there is no such file");
}

/* Can the last file of the chain be executed and read?  If so, maps it as p->elf. */
static enum program_problem map_file(struct program *p)
{
	const char *path = p->chain[p->count - 1];
	struct stat st;

	if (stat(path, &st) < 0)
		return refuse_missing(p, errno);
	if (S_ISDIR(st.st_mode))
		return program_refuse(p, PROGRAM_DIRECTORY, "a directory: name a program in it");
	if (!S_ISREG(st.st_mode))
		return program_refuse(p, PROGRAM_NO_PROGRAM, "not a regular file: name a program");
	if (eaccess(path, X_OK) < 0)
		return program_refuse(p, PROGRAM_NOT_EXECUTABLE,
				      "cannot be executed (%s): use chmod +x, or give a script to "
				      "its interpreter (daemonfix run -- sh FILE)",
				      strerror(errno));
	if (elf_map(&p->elf, path) < 0)
		return program_refuse(p, PROGRAM_NOT_EXAMINED,
				      "cannot be read (%s), so it is unknown whether the library "
				      "can be preloaded: " USE_B_OR_K
				      ", or start it as a user who may read it",
				      strerror(errno));
	return PROGRAM_WORKS;
}

static enum program_problem append(struct program *p, char *path)
{
	if (p->count == PROGRAM_CHAIN) {
		free(path);
		return program_refuse(
			p, PROGRAM_NO_INTERPRETER,
			"the chain of interpreters is too long: start the last program itself");
	}
	elf_unmap(&p->elf);
	p->chain[p->count++] = path;
	return map_file(p);
}

/* env(1) has its own place in the chain, but is not examined: the program after it counts. */
static enum program_problem append_env(struct program *p, const struct script *s)
{
	char *path;

	if (append(p, text_new("%s", s->interpreter)))
		return p->problem;
	path = look_up(s->program);
	if (!path)
		return program_refuse(
			p, PROGRAM_NO_INTERPRETER,
			"there is no %s in PATH: install it, or correct the first line "
			"of the script",
			s->program);
	return append(p, path);
}

/* The kernel looks only here to recognize a file. */
enum { BEGINNING = 256 };

/*
 * Do shells accept the file as a script?  execvp(3) gives it to one; the kernel does not execute
 * it.
 */
static bool is_text(const struct elf *e)
{
	size_t size = e->size < BEGINNING ? e->size : BEGINNING;
	bool is_elf = size >= SELFMAG && memcmp(e->data, ELFMAG, SELFMAG) == 0;

	return !is_elf && (size == 0 || !memchr(e->data, '\0', size));
}

/* An interpreter that the kernel starts cannot be such a script. */
static enum program_problem follow_plain(struct program *p)
{
	if (!is_text(&p->elf) || (p->count > 1 && !p->by_env))
		return PROGRAM_WORKS;
	kind_add_script(&p->kinds, &p->elf, p->by_env);
	p->by_shell = p->count == 1;
	p->by_env = false;
	return append(p, text_new(PROGRAM_SHELL));
}

static enum program_problem follow_scripts(struct program *p)
{
	enum program_problem problem = PROGRAM_WORKS;
	struct script s;

	while (problem == PROGRAM_WORKS) {
		switch (script_read(&s, p->elf.data, p->elf.size)) {
		case SCRIPT_NONE:
			return follow_plain(p);
		case SCRIPT_INTRICATE:
			return program_refuse(
				p, PROGRAM_NOT_EXAMINED,
				"its first line gives env(1) options that daemonfix does not "
				"follow, so it is unknown whether the library can be "
				"preloaded: " USE_B_OR_K
				", or name the interpreter, daemonfix run -- INTERPRETER FILE");
		case SCRIPT_FILE:
			kind_add_script(&p->kinds, &p->elf, s.program);
			p->by_env = s.program;
			problem = s.program ? append_env(p, &s)
					    : append(p, text_new("%s", s.interpreter));
		}
	}
	return problem;
}

static enum program_problem refuse_static(struct program *p)
{
	if (elf_is_library(&p->elf))
		return program_refuse(p, PROGRAM_NO_PROGRAM, "a library, not a program");
	if (p->kinds.is[KIND_GO])
		return program_refuse(p, PROGRAM_STATIC,
				      "statically linked, as Go programs are, so nothing can be "
				      "preloaded: " USE_B_OR_K
				      " (with CGO_ENABLED=1, Go links programs that use net or "
				      "os/user dynamically)");
	return program_refuse(p, PROGRAM_STATIC,
			      "statically linked, so nothing can be preloaded: " USE_B_OR_K
			      ", or link it with libdaemonfix.a, or dynamically");
}

/* Does ld.so(8) load the program? */
static enum program_problem examine_elf(struct program *p, enum program_depth depth)
{
	switch (elf_read(&p->elf)) {
	case ELF_NONE:
		return program_refuse(p, PROGRAM_NO_PROGRAM,
				      "neither an ELF file nor a script: name a program");
	case ELF_DAMAGED:
		return program_refuse(p, PROGRAM_DAMAGED, "a damaged ELF file: install it again");
	case ELF_FILE:
		break;
	}
	if (p->elf.type != ET_EXEC && p->elf.type != ET_DYN)
		return program_refuse(p, PROGRAM_NO_PROGRAM,
				      "an ELF file but not a program (perhaps an object file or a "
				      "core dump): name a program");
	if (depth == PROGRAM_TO_EXAMINE)
		kind_add_program(&p->kinds, &p->elf, p->chain[p->count - 1]);
	else
		kind_add_runtime(&p->kinds, &p->elf);
	return p->elf.interpreter ? PROGRAM_WORKS : refuse_static(p);
}

/* Does the kernel grant no privileges: nosuid in mount(8), PR_SET_NO_NEW_PRIVS in prctl(2)? */
static bool privileges_off(const char *path)
{
	struct statvfs fs;

	return prctl(PR_GET_NO_NEW_PRIVS, 0UL, 0UL, 0UL, 0UL) == 1 ||
	       (statvfs(path, &fs) == 0 && (fs.f_flag & ST_NOSUID));
}

static enum program_problem refuse_setuid(struct program *p, uid_t uid)
{
	const struct passwd *user = getpwuid(uid);

	return program_refuse(p, PROGRAM_SETUID,
			      "set-user-ID, so ld.so(8) ignores LD_PRELOAD: " USE_B_OR_K
			      ", start it as user %u (%s), " ALL_USERS,
			      uid, user ? user->pw_name : "without a name");
}

static enum program_problem refuse_setgid(struct program *p, gid_t gid)
{
	const struct group *group = getgrgid(gid);

	return program_refuse(p, PROGRAM_SETGID,
			      "set-group-ID, so ld.so(8) ignores LD_PRELOAD: " USE_B_OR_K
			      ", start it with %u (%s) as the real group, start a copy without "
			      "that bit, " ALL_USERS,
			      gid, group ? group->gr_name : "without a name");
}

/* AT_SECURE of getauxval(3): would the effective IDs differ from this process's real ones? */
static enum program_problem examine_privileges(struct program *p)
{
	const char *path = p->chain[p->count - 1];
	struct stat st;

	if (stat(path, &st) < 0)
		return refuse_missing(p, errno);
	if (privileges_off(path))
		return PROGRAM_WORKS;
	if ((st.st_mode & S_ISUID) && st.st_uid != getuid())
		return refuse_setuid(p, st.st_uid);
	/* Without the execute bit, set-group-ID means something else: inode(7). */
	if ((st.st_mode & S_ISGID) && (st.st_mode & S_IXGRP) && st.st_gid != getgid())
		return refuse_setgid(p, st.st_gid);
	if (getuid() != 0 && getxattr(path, "security.capability", NULL, 0) > 0)
		return program_refuse(
			p, PROGRAM_CAPABILITIES,
			"has file capabilities, so ld.so(8) ignores LD_PRELOAD: " USE_B_OR_K
			", start it as root, start a copy without them that gets ambient ones "
			"(setpriv --ambient-caps), " ALL_USERS);
	return PROGRAM_WORKS;
}

/* For dl_iterate_phdr(3), whose first object is this command. */
static int find_loader(struct dl_phdr_info *object, size_t size, void *data)
{
	const char **loader = data;

	(void)size;
	for (size_t i = 0; i < object->dlpi_phnum; i++)
		if (object->dlpi_phdr[i].p_type == PT_INTERP)
			// NOLINTNEXTLINE(performance-no-int-to-ptr): it is an address
			*loader = (const char *)(object->dlpi_addr + object->dlpi_phdr[i].p_vaddr);
	return 1;
}

/* The program needs the same loader, and so the same libc, as this command and the library. */
static enum program_problem compare_loader(struct program *p)
{
	const char *loader = "another one";

	dl_iterate_phdr(find_loader, &loader);
	if (access(p->elf.interpreter, F_OK) < 0)
		program_refuse(p, PROGRAM_LIBC,
			       "its loader %s is missing: install the libc that it was built for",
			       p->elf.interpreter);
	else if (!same_file(p->elf.interpreter, loader))
		program_refuse(
			p, PROGRAM_LIBC,
			"made for another libc (its loader is %s, daemonfix's is %s): " USE_B_OR_K
			", build daemonfix with that libc, or take a build of the program for this "
			"one",
			p->elf.interpreter, loader);
	return p->problem;
}

static enum program_problem compare(struct program *p, const struct elf *library)
{
	if (p->elf.bits != library->bits)
		return program_refuse(p, PROGRAM_CLASS,
				      "a %u-bit program, and %s is a %u-bit library: " USE_B_OR_K
				      ", or start it with a daemonfix built by make CC='gcc -m%u'",
				      p->elf.bits, p->library, library->bits, p->elf.bits);
	if (p->elf.machine != library->machine || p->elf.big_endian != library->big_endian)
		return program_refuse(
			p, PROGRAM_MACHINE,
			"a program for %s, and %s is a library for %s: " USE_B_OR_K
			", if this machine can execute it, or start it with a daemonfix built for "
			"that machine",
			elf_machine(&p->elf), p->library, elf_machine(library));
	return compare_loader(p);
}

static enum program_problem examine_library(struct program *p)
{
	struct elf library;

	switch (library_find(&p->library)) {
	case LIBRARY_MISSING:
		return program_refuse(p, PROGRAM_LIBRARY,
				      "not started, because %s is missing: make install",
				      p->library);
	case LIBRARY_BAD_PATH:
		return program_refuse(p, PROGRAM_LIBRARY,
				      "not started, because ld.so(8) cannot load %s, whose path "
				      "has a space, colon or dollar sign: install it elsewhere",
				      p->library);
	case LIBRARY_FOUND:
		break;
	}
	if (elf_map(&library, p->library) < 0)
		return program_refuse(p, PROGRAM_LIBRARY,
				      "not started, because %s cannot be read: %s", p->library,
				      strerror(errno));
	if (elf_read_header(&library) != ELF_FILE || library.type != ET_DYN)
		program_refuse(p, PROGRAM_LIBRARY,
			       "not started, because %s is not a library: install it again",
			       p->library);
	else
		compare(p, &library);
	elf_unmap(&library);
	return p->problem;
}

enum program_problem program_open(struct program *p, const char *name, enum program_depth depth)
{
	char *path = look_up(name);

	*p = (struct program){.count = 0};
	if (!path)
		return program_refuse(p, PROGRAM_NOT_FOUND, "%s: there is no such program in PATH",
				      name);
	if (depth == PROGRAM_TO_EXAMINE)
		kind_add_name(&p->kinds, path);
	if (append(p, path) || follow_scripts(p) || examine_elf(p, depth) || examine_privileges(p))
		return p->problem;
	return examine_library(p);
}

const char *program_arguments(const struct program *p, char **words, char ***arguments)
{
	size_t count = 0;

	*arguments = words;
	if (!p->by_shell)
		return p->chain[0];
	while (words[count])
		count++;
	*arguments = calloc(count + 2, sizeof(char *));
	if (!*arguments)
		text_no_memory();
	(*arguments)[0] = (char *)PROGRAM_SHELL;
	(*arguments)[1] = p->chain[0];
	memcpy(*arguments + 2, words + 1, (count - 1) * sizeof(char *));
	return PROGRAM_SHELL;
}

bool program_starts(const struct program *p)
{
	switch (p->problem) {
	case PROGRAM_WORKS:
	case PROGRAM_STATIC:
	case PROGRAM_SETUID:
	case PROGRAM_SETGID:
	case PROGRAM_CAPABILITIES:
	case PROGRAM_CLASS:
	case PROGRAM_MACHINE:
	case PROGRAM_LIBRARY:
		return true;
	case PROGRAM_LIBC:
		return access(p->elf.interpreter, F_OK) == 0;
	case PROGRAM_NOT_EXAMINED: /* the file may be executable, but not readable */
		return eaccess(p->chain[p->count - 1], X_OK) == 0;
	default:
		return false;
	}
}

void program_close(struct program *p)
{
	elf_unmap(&p->elf);
	for (size_t i = 0; i < p->count; i++)
		free(p->chain[i]);
	p->count = 0;
	free(p->library);
	free(p->sentence);
	*p = (struct program){0};
}
