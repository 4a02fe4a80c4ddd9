// SPDX-License-Identifier: MIT
/*
 * daemonfix run [OPTION...] PROGRAM [ARG...]: executes PROGRAM with libdaemonfix.so preloaded.
 *
 * Status: that of PROGRAM, which takes the place of this process; 125 daemonfix failed, 126 PROGRAM
 * was found but cannot be run (with the library), 127 it was not found.
 */
#include "command.h"
#include "imports.h"
#include "ldpreload.h"
#include "output.h"
#include "program.h"
#include "text.h"

#include "../core/daemonize.h"
#include "../core/launch.h"
#include "../core/settings.h"
#include "../core/typo.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char run_usage[] =
	"usage: daemonfix run [-b|-f|-F|-K] [-p PIDFILE] [-o FILE] [-e FILE] [-C DIR]\n"
	"                     [--umask MASK] [-r WHEN] [-t SECONDS] [-m MODE] [-x NAME,...]\n"
	"                     [--close-fds] [-v] [-n] [--] PROGRAM [ARG...]\n"
	"\n"
	"Runs a program with libdaemonfix.so, which makes a correct daemon of it.\n"
	"\n"
	"  -b            makes a daemon of a program that stays in the foreground\n"
	"  -f            keeps a program that calls daemon(3) in the foreground\n"
	"  -F            makes a correct daemon of a program that uses fork and setsid\n"
	"  -K            keeps any daemon in the foreground, and returns its status\n"
	"  -m MODE       fix (the default), fix-fork, background, foreground, foreground-fork, "
	"off\n"
	"  -p PIDFILE    contains the daemon's PID, and is locked while the daemon runs\n"
	"  -o FILE       standard output is appended to this file\n"
	"  -e FILE       standard error is appended to this file\n"
	"  -C DIR        the daemon's directory\n"
	"  --umask MASK  the daemon's umask, octal\n"
	"  --close-fds   closes inherited descriptors above 2\n"
	"  -r WHEN       returns when the daemon is ready: listen, listen:PORT, listen:/PATH, "
	"notify,\n"
	"                alive:SECONDS, or the first of several, separated by commas\n"
	"  -t SECONDS    how long to wait for that (60; 0: no limit)\n"
	"  -x NAME,...   only programs with these names obey the settings\n"
	"  -v            says what became of the program\n"
	"  -n            prints a shell command that does the same, and starts nothing\n";

enum { OPTION_CLOSE_FDS = 256, OPTION_UMASK };

/* Each of these options sets a variable. */
static struct setting {
	const char *name;  /* after SETTINGS_PREFIX */
	const char *value; /* NULL: the value is the option's argument */
	int option;
	bool is_path;
	char *given; /* the option as given, for messages; NULL: not in force */
} settings[] = {
	/* clang-format off */
	{"MODE", "background", 'b', false, NULL},
	{"MODE", "foreground", 'f', false, NULL},
	{"MODE", "fix-fork", 'F', false, NULL},
	{"MODE", "foreground-fork", 'K', false, NULL},
	{"MODE", NULL, 'm', false, NULL},
	{"PIDFILE", NULL, 'p', true, NULL},
	{"STDOUT", NULL, 'o', true, NULL},
	{"STDERR", NULL, 'e', true, NULL},
	{"CHDIR", NULL, 'C', true, NULL},
	{"UMASK", NULL, OPTION_UMASK, false, NULL},
	{"READY", NULL, 'r', false, NULL},
	{"TIMEOUT", NULL, 't', false, NULL},
	{"ONLY", NULL, 'x', false, NULL},
	{"CLOSEFDS", "1", OPTION_CLOSE_FDS, false, NULL},
	{"VERBOSE", "1", 'v', false, NULL},
	/* clang-format on */
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct option long_options[] = {
	{"close-fds", no_argument, NULL, OPTION_CLOSE_FDS},
	{"umask", required_argument, NULL, OPTION_UMASK},
	{"help", no_argument, NULL, 'h'},
	{0},
};

/* For settings_show(). */
static const char *as_given(const char *name)
{
	for (size_t i = 0; i < COUNT(settings); i++)
		if (settings[i].given && strcmp(settings[i].name, name) == 0)
			return settings[i].given;
	return NULL;
}

/* The option's name, "-p" or "--umask", in a new string. */
static char *option_name(int option)
{
	for (const struct option *o = long_options; o->name; o++)
		if (o->val == option)
			return text_new("--%s", o->name);
	return text_new("-%c", option);
}

/* Makes messages name the option instead of the variable from now on. */
static void note_given(struct setting *s, const char *argument)
{
	char *option = option_name(s->option);

	for (size_t i = 0; i < COUNT(settings); i++)
		if (strcmp(settings[i].name, s->name) == 0) {
			free(settings[i].given);
			settings[i].given = NULL;
		}
	s->given =
		s->value ? text_new("run: %s", option) : text_new("run: %s '%s'", option, argument);
	free(option);
	settings_as_given = as_given;
}

static int set(const char *name, const char *value)
{
	if (setenv(name, value, 1) < 0)
		text_no_memory();
	return 0;
}

/* The variables take only absolute paths; a relative path on the command line is resolved here. */
static int set_path(const char *name, const char *path)
{
	char directory[PATH_MAX];

	if (path[0] == '/')
		return set(name, path);
	if (path[0] == '\0') {
		complain("%s: a path is expected", as_given(name + strlen(SETTINGS_PREFIX)));
		return STATUS_FAILED;
	}
	if (!getcwd(directory, sizeof directory)) {
		complain("run: the working directory is unknown: %s", strerror(errno));
		return STATUS_FAILED;
	}
	char *absolute = text_new("%s/%s", directory[1] ? directory : "", path);
	set(name, absolute);
	free(absolute);
	return 0;
}

/* Two different modes are an error, since neither is known to be the right one. */
static int check_mode(struct setting *s, const char *value)
{
	const char *given = as_given(s->name);
	const char *mode = getenv(SETTINGS_PREFIX "MODE");

	if (strcmp(s->name, "MODE") != 0 || !given || (mode && strcmp(mode, value) == 0))
		return 0;
	char *option = option_name(s->option);
	int status = bad_usage(s->value ? "run: %s and %s: only one mode is allowed"
					: "run: %s and %s '%s': only one mode is allowed",
			       given + strlen("run: "), option, value);
	free(option);
	return status;
}

static int apply(int option, const char *argument)
{
	for (size_t i = 0; i < COUNT(settings); i++) {
		struct setting *s = &settings[i];

		if (s->option != option)
			continue;
		const char *value = s->value ? s->value : argument;
		int status = check_mode(s, value);
		if (status)
			return status;
		note_given(s, argument);
		char *name = text_new(SETTINGS_PREFIX "%s", s->name);
		status = s->is_path ? set_path(name, value) : set(name, value);
		free(name);
		return status;
	}
	return 0;
}

/* The long option that was meant, if the word has a typing error; otherwise NULL. */
static const char *meant(const char *word)
{
	for (int letters = 1; letters <= TYPO_LETTERS; letters++)
		for (const struct option *o = long_options; o->name; o++)
			if (is_typo_of(word + strlen("--"), o->name, letters))
				return o->name;
	return NULL;
}

static int bad_long_option(const char *word)
{
	const char *near = meant(word);

	if (near)
		return bad_usage("run: %s: no such option (did you mean --%s?)", word, near);
	return bad_usage("run: %s: no such option", word);
}

static int bad_option(int what, char **argv)
{
	bool is_short = optopt && optopt < OPTION_CLOSE_FDS;

	if (what == ':' && !is_short)
		return bad_usage("run: %s: its value is missing", argv[optind - 1]);
	if (what == ':' && optopt == 'r')
		return bad_usage(
			"run: -r: its value is missing (listen, listen:PORT, listen:/PATH, "
			"notify, alive:SECONDS)");
	if (what == ':')
		return bad_usage("run: -%c: its value is missing", optopt);
	if (is_short)
		return bad_usage("run: -%c: no such option", optopt);
	return bad_long_option(argv[optind - 1]);
}

struct order {
	bool dry, help;
};

/* Returns 0, with the settings in the environment, or the status. */
static int read_options(int argc, char **argv, struct order *order)
{
	static const char options[] = "+:bfFKm:p:o:e:C:r:t:x:vnh";
	int option, status = 0;

	opterr = 0;
	while (!status && !order->help &&
	       (option = getopt_long(argc, argv, options, long_options, NULL)) != -1)
		if (option == '?' || option == ':')
			status = bad_option(option, argv);
		else if (option == 'n')
			order->dry = true;
		else if (option == 'h')
			order->help = true;
		else
			status = apply(option, optarg);
	if (!status && !order->help && optind == argc)
		status = bad_usage("run: the program is missing");
	return status;
}

static bool is_ours(const char *entry)
{
	return strncmp(entry, SETTINGS_PREFIX, strlen(SETTINGS_PREFIX)) == 0;
}

/* Checks the settings from the options, and those from the environment that are still in force. */
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

/* Prints the path: a shell cannot mistake it for a built-in command or an assignment. */
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
 * Does this process implement the mode, before it executes the program?  Not if the settings are
 * for another program, which this one executes later.
 */
static bool is_done_here(void)
{
	const struct settings *s = settings_get();

	return (s->mode == MODE_BACKGROUND || s->mode == MODE_FOREGROUND_FORK) && !s->ignored;
}

/* Makes messages about the settings name the program. */
static void read_settings(char *name)
{
	char *slash = strrchr(name, '/');

	program_invocation_short_name = slash ? slash + 1 : name;
	settings_read();
}

/*
 * The child shares this process's memory, and this process stops until the child executes or ends.
 * The child does more than vfork(2) says is defined, but as posix_spawn(3)'s, nothing that its
 * parent relies on.
 */
static pid_t fork_sharing(void (*child)(void *arg), void *arg)
{
	pid_t pid = vfork(); // NOLINT(clang-analyzer-security.insecureAPI.vfork)

	if (pid == 0)
		child(arg); // NOLINT(clang-analyzer-unix.Vfork)
	return pid;
}

static int execute_here(const char *path, char **arguments)
{
	struct launch_program program = {path, arguments, fork_sharing, false};

	if (!is_done_here()) {
		execv(path, arguments);
		return 1;
	}
	return daemonize_and_execute(&program);
}

/* Without a mode the settings only affect daemon(3), which few programs call; most need -b. */
static void warn_of_no_effect(struct program *p, const char *word)
{
	const struct settings *s = settings_get();
	const char *name = s->ready ? "READY" : settings_first(s);
	char variable[64], shown[512] = "";
	struct imports all;

	if (!name || s->ignored || getenv(SETTINGS_PREFIX "MODE"))
		return;
	snprintf(variable, sizeof variable, SETTINGS_PREFIX "%s", name);
	settings_show(shown, sizeof shown, name, getenv(variable));
	imports_read(&all, p);
	if (p->problem == PROGRAM_WORKS && !imports_any(&all, FUNCTION_DAEMON) &&
	    !imports_any(&all, FUNCTION_UNKNOWN))
		complain("%s: has no effect unless the program calls daemon(3), which %s does not "
			 "import (-b makes a daemon of any program that stays in the foreground; "
			 "daemonfix try names the mode)",
			 shown, word);
	imports_free(&all);
}

static int execute(struct program *p, char **words, bool dry)
{
	char **arguments;

	read_settings(words[0]);
	bool here = is_done_here() && !dry;
	program_open(p, words[0], here ? PROGRAM_TO_START : PROGRAM_TO_EXAMINE);
	if (p->problem != PROGRAM_WORKS && !(here && program_starts(p)))
		return refuse(p);
	if (p->problem == PROGRAM_WORKS) {
		char *preload = library_preload(p->library, p->kinds.runtime);

		set("LD_PRELOAD", preload);
		free(preload);
	}
	const char *path = program_arguments(p, words, &arguments);
	if (dry)
		return print_command(path, arguments);
	if (!here)
		warn_of_no_effect(p, words[0]);
	elf_unmap(&p->elf); /* the process in front does not need the file */
	if (execute_here(path, arguments) < 0)
		return STATUS_FAILED;
	int status = errno == ENOENT ? STATUS_NOT_FOUND : STATUS_CANNOT_RUN;
	complain("%s: %s", path, strerror(errno));
	return status;
}

int command_run(int argc, char **argv)
{
	struct program program;
	struct order order = {false, false};

	/* An ancestor that is a daemon set it: this process may now have the ancestor's PID. */
	unsetenv(SETTINGS_PREFIX "PID");
	int status = read_options(argc, argv, &order);
	if (!status && order.help)
		return show_usage(run_usage);
	if (!status)
		status = check_settings();
	if (status)
		return status;
	status = execute(&program, argv + optind, order.dry);
	program_close(&program);
	return status;
}
