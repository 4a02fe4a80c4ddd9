// SPDX-License-Identifier: MIT
/*
 * The command daemonfix: launches, checks, inspects and stops.  An ordinary program; each
 * subcommand has a file of its name.
 */
#include "../core/typo.h"
#include "command.h"
#include "output.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef VERSION
#define VERSION "unknown"
#endif

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *usage;
} commands[] = {
	{"run", command_run, run_usage},    {"check", command_check, check_usage},
	{"try", command_try, try_usage},    {"inspect", command_inspect, inspect_usage},
	{"stop", command_stop, stop_usage}, {"status", command_status, status_usage},
	{"env", command_env, env_usage},
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

#define SUBCOMMANDS "run, check, try, inspect, stop, status, env, help"

/* Returns NULL if there is no subcommand of that name. */
static const struct command *find(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(name, commands[i].name) == 0)
			return &commands[i];
	return NULL;
}

/* The subcommand that was meant, if name has a typing error; otherwise NULL. */
static const char *meant(const char *name)
{
	for (int letters = 1; letters <= TYPO_LETTERS; letters++) {
		for (size_t i = 0; i < COMMANDS; i++)
			if (is_typo_of(name, commands[i].name, letters))
				return commands[i].name;
		if (is_typo_of(name, "help", letters))
			return "help";
	}
	return NULL;
}

static int bad_subcommand(const char *name)
{
	const char *near = meant(name);

	if (near)
		return bad_usage("%s: no such subcommand (did you mean %s? there are " SUBCOMMANDS
				 ")",
				 name, near);
	return bad_usage("%s: no such subcommand (there are " SUBCOMMANDS ")", name);
}

/* Shows each synopsis: the usage up to its first empty line. */
static int show_overview(void)
{
	static const char before[] = "usage: ";
	const int indent = (int)sizeof before - 1;

	for (size_t i = 0; i < COMMANDS; i++) {
		const char *text = commands[i].usage + indent;

		printf("%*s%.*s\n", indent, i ? "" : before, (int)(strstr(text, "\n\n") - text),
		       text);
	}
	printf("%*sdaemonfix help [SUBCOMMAND]\n", indent, "");
	printf("%*sdaemonfix --version | --help\n\n", indent, "");
	puts("daemonfix help SUBCOMMAND, or daemonfix SUBCOMMAND --help, explains a "
	     "subcommand and its options.\n"
	     "The manual page daemonfix(1) has common tasks, such as restarting a daemon.");
	return 0;
}

static bool asks_for_help(const char *option)
{
	return strcmp(option, "--help") == 0 || strcmp(option, "-h") == 0;
}

static int help(int argc, char **argv)
{
	const struct command *c = argc > 1 ? find(argv[1]) : NULL;

	if (argc > 2)
		return bad_usage("help: one subcommand is expected, not %d", argc - 1);
	if (argc > 1 && asks_for_help(argv[1]))
		return show_overview();
	if (argc > 1 && !c)
		return bad_subcommand(argv[1]);
	return c ? show_usage(c->usage) : show_overview();
}

/* Output that does not arrive (a full disk, a closed pipe) is a failure. */
static int finish(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	complain("cannot write to standard output");
	return STATUS_FAILED;
}

int main(int argc, char **argv)
{
	setlinebuf(stderr); /* write each message at once */
	if (argc < 2)
		return bad_usage("the subcommand is missing (" SUBCOMMANDS ")");
	if (asks_for_help(argv[1]))
		return finish(show_overview());
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
		puts("daemonfix " VERSION);
		return finish(0);
	}
	if (strcmp(argv[1], "help") == 0)
		return finish(help(argc - 1, argv + 1));
	const struct command *c = find(argv[1]);
	return c ? finish(c->run(argc - 1, argv + 1)) : bad_subcommand(argv[1]);
}
