// SPDX-License-Identifier: MIT
/*
 * daemonfix run [OPTION...] PROGRAM [ARG...]: executes PROGRAM with libdaemonfix.so preloaded.
 *
 * Status: that of PROGRAM, which takes the place of this process; 125 daemonfix failed, 126 PROGRAM
 * was found but cannot be run (with the library), 127 it was not found.
 */
#include "command.h"
#include "ldpreload.h"
#include "output.h"
#include "program.h"
#include "text.h"

#include "../core/daemonize.h"
#include "../core/settings.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OPTION_CLOSE_FDS = 256 };

/* Each of these sets a variable. */
static const struct setting {
	const char *name;  /* after SETTINGS_PREFIX */
	const char *value; /* NULL: the option's argument */
	int option;
	bool is_path;
} settings[] = {
	/* clang-format off */
	{"MODE", "background", 'b', false},
	{"MODE", "foreground", 'f', false},
	{"MODE", "fix-fork", 'F', false},
	{"MODE", "foreground-fork", 'K', false},
	{"MODE", NULL, 'm', false},
	{"PIDFILE", NULL, 'p', true},
	{"STDOUT", NULL, 'o', true},
	{"STDERR", NULL, 'e', true},
	{"CHDIR", NULL, 'C', true},
	{"READY", NULL, 'r', false},
	{"TIMEOUT", NULL, 't', false},
	{"ONLY", NULL, 'x', false},
	{"CLOSEFDS", "1", OPTION_CLOSE_FDS, false},
	{"VERBOSE", "1", 'v', false},
	/* clang-format on */
};

static int set(const char *name, const char *value)
{
	if (setenv(name, value, 1) < 0)
		text_no_memory();
	return 0;
}

/* The variables take absolute paths only; at a shell, one is relative to where one is. */
static int set_path(const char *name, const char *path)
{
	char directory[PATH_MAX];

	if (path[0] == '/' || path[0] == '\0') /* the validator speaks of the empty one */
		return set(name, path);
	if (!getcwd(directory, sizeof directory)) {
		complain("run: the working directory is unknown: %s", strerror(errno));
		return STATUS_FAILED;
	}
	char *absolute = text_new("%s/%s", directory[1] ? directory : "", path);
	set(name, absolute);
	free(absolute);
	return 0;
}

static int apply(int option, const char *argument)
{
	for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
		const struct setting *s = &settings[i];

		if (s->option != option)
			continue;
		char *name = text_new(SETTINGS_PREFIX "%s", s->name);
		int status = s->is_path ? set_path(name, argument)
					: set(name, s->value ? s->value : argument);
		free(name);
		return status;
	}
	return 0;
}

static int bad_option(int what, char **argv)
{
	if (what == ':')
		return bad_usage("run: -%c: its value is missing", optopt);
	if (optopt && optopt < OPTION_CLOSE_FDS)
		return bad_usage("run: -%c: no such option", optopt);
	return bad_usage("run: %s: no such option", argv[optind - 1]);
}

/* Returns 0, with the settings in the environment, or the status. */
static int read_options(int argc, char **argv, bool *dry)
{
	static const struct option names[] = {
		{"close-fds", no_argument, NULL, OPTION_CLOSE_FDS},
		{0},
	};
	int option, status = 0;

	*dry = false;
	opterr = 0;
	while (!status &&
	       (option = getopt_long(argc, argv, "+:bfFKm:p:o:e:C:r:t:x:vn", names, NULL)) != -1)
		if (option == '?' || option == ':')
			status = bad_option(option, argv);
		else if (option == 'n')
			*dry = true;
		else
			status = apply(option, optarg);
	if (!status && optind == argc)
		status = bad_usage("run: the program is missing");
	return status;
}

static bool is_ours(const char *entry)
{
	return strncmp(entry, SETTINGS_PREFIX, strlen(SETTINGS_PREFIX)) == 0;
}

/* Those from the options, and those that were there and are still in force. */
static int check_settings(void)
{
	char problem[SETTINGS_PROBLEM_SIZE];

	for (char **e = environ; *e; e++)
		if (is_ours(*e) && !settings_check(*e, problem)) {
			complain("%s", problem);
			return STATUS_FAILED;
		}
	return 0;
}

static void print_word(const char *before, const char *text)
{
	char *word = text_for_shell(text);

	printf("%s%s", before, word);
	free(word);
}

/*
 * The program by its path: a shell takes no path for one of its own commands, nor for an
 * assignment.
 */
static int print_command(const char *path, char **arguments)
{
	fputs("LD_PRELOAD=", stdout);
	print_word("", getenv("LD_PRELOAD"));
	for (char **e = environ; *e; e++)
		if (is_ours(*e)) {
			size_t name = strcspn(*e, "=") + 1;

			printf(" %.*s", (int)name, *e);
			print_word("", *e + name);
		}
	print_word(" ", path);
	while (*++arguments)
		print_word(" ", *arguments);
	putchar('\n');
	return 0;
}

static int refuse(const struct program *p)
{
	complain("%s", p->sentence);
	switch (p->problem) {
	case PROGRAM_LIBRARY:
		return STATUS_FAILED;
	case PROGRAM_NOT_FOUND:
		return STATUS_NOT_FOUND;
	default:
		return STATUS_CANNOT_RUN;
	}
}

/*
 * Is this mode done by this process, before the program is executed?  Not if the settings are for
 * another program, which this one executes later.
 */
static bool is_done_here(void)
{
	const struct settings *s = settings_get();

	return (s->mode == MODE_BACKGROUND || s->mode == MODE_FOREGROUND_FORK) && !s->ignored;
}

/* Nothing can be preloaded into some programs, and all the same they can be executed. */
static bool can_be_executed(const struct program *p)
{
	return p->problem == PROGRAM_WORKS || (program_starts(p) && is_done_here());
}

/* The settings name the program in what is said of them. */
static void read_settings(char *name)
{
	char *slash = strrchr(name, '/');

	program_invocation_short_name = slash ? slash + 1 : name;
	settings_read();
}

static int execute_here(const char *path, char **arguments)
{
	if (!is_done_here()) {
		execv(path, arguments);
		return 1;
	}
	return daemonize_and_execute(path, arguments);
}

static int execute(struct program *p, char **arguments, bool dry)
{
	read_settings(arguments[0]);
	program_open(p, arguments[0]);
	if (!can_be_executed(p))
		return refuse(p);
	if (p->problem == PROGRAM_WORKS) {
		char *preload = library_preload(p->library, p->kinds.runtime);

		set("LD_PRELOAD", preload);
		free(preload);
	}
	if (dry)
		return print_command(p->chain[0], arguments);
	char *path = text_new("%s", p->chain[0]);
	program_close(p); /* the process in front needs none of its memory */
	if (execute_here(path, arguments) < 0)
		return STATUS_FAILED;
	int status = errno == ENOENT ? STATUS_NOT_FOUND : STATUS_CANNOT_RUN;
	complain("%s: %s", path, strerror(errno));
	return status;
}

int command_run(int argc, char **argv)
{
	struct program program;
	bool dry;

	/* Of an ancestor that is a daemon: its PID may by now be that of this process. */
	unsetenv(SETTINGS_PREFIX "PID");
	int status = read_options(argc, argv, &dry);
	if (!status)
		status = check_settings();
	if (status)
		return status;
	status = execute(&program, argv + optind, dry);
	program_close(&program);
	return status;
}
