// SPDX-License-Identifier: MIT
/*
 * daemonfix check [--json] PROGRAM: can libdaemonfix.so be preloaded, and what for?
 *
 * Status: 0 it works; 1 it cannot work; 2 it works, and there is nothing to fix; 125 daemonfix
 * failed.
 *
 * --json prints one object.  New fields may be added; these stay:
 *
 *   program     string: as it was named
 *   chain       array of strings: the file that it is and, for a script, its interpreters;
 *               empty if it was not found
 *   library     string: the libdaemonfix.so that would be preloaded; null if it is missing, or if
 *               the program cannot work for another reason
 *   works       true or false: whether it can be preloaded
 *   problem     string: why it cannot, a word of program_problem_name(); null if it can
 *   reason      string: the same as a sentence, for people; null if it can
 *   imports     object: daemon, setsid, fork and vfork are arrays of strings, the files that import
 *               that function; unknown those of which it cannot be said; null if it does not work
 *   own_daemon  true or false: the program has a daemon() of its own, which cannot be replaced;
 *               null if it does not work
 *   mode        string: the mode that helps; null if it does not work
 *   command     string: for a shell, to start it in that mode; null if it does not work
 */
#include "command.h"
#include "imports.h"
#include "output.h"
#include "program.h"
#include "text.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { STATUS_WORKS, STATUS_WORKS_NOT, STATUS_NOTHING_TO_FIX };

/* What there is to do, in the order in which it is looked for. */
enum finding {
	FINDING_DAEMON,
	FINDING_OWN_DAEMON,
	FINDING_BY_HAND,
	FINDING_UNKNOWN,
	FINDING_NOTHING
};

#define ITS_OPTION                                                                                 \
	"to make a correct daemon of it, add its own option to stay in the foreground to this "    \
	"command"

static const struct {
	int status;
	const char *mode, *options, *verdict;
} findings[] = {
	[FINDING_DAEMON] = {STATUS_WORKS, "fix", "",
			    "works: daemon(3) makes a correct daemon of it in mode fix, the "
			    "default (and keeps it in the foreground with -f)"},
	[FINDING_OWN_DAEMON] =
		{STATUS_NOTHING_TO_FIX, "background", "-b ",
		 "can be preloaded, but its daemon() is its own, which stays as it is "
		 "(also with -f); " ITS_OPTION},
	[FINDING_BY_HAND] =
		{STATUS_WORKS, "fix-fork", "-F ",
		 "works: if it makes itself a daemon, then with fork and setsid, and mode fix-fork "
		 "makes a correct one of it (-f does not keep it in the foreground)"},
	[FINDING_UNKNOWN] = {STATUS_WORKS, "fix", "",
			     "works, but what it imports is unknown, for lack of section headers; "
			     "daemon(3), if it calls that, makes a correct daemon of it"},
	[FINDING_NOTHING] =
		{STATUS_NOTHING_TO_FIX, "background", "-b ",
		 "works, but there is nothing to fix: neither the program nor its libraries import "
		 "daemon or setsid; this command makes a daemon of it"},
};

static enum finding find(const struct imports *all)
{
	if (all->own_daemon)
		return imports_any(all, FUNCTION_SETSID) ? FINDING_BY_HAND : FINDING_OWN_DAEMON;
	if (imports_any(all, FUNCTION_DAEMON))
		return FINDING_DAEMON;
	if (imports_any(all, FUNCTION_SETSID))
		return FINDING_BY_HAND;
	return imports_any(all, FUNCTION_UNKNOWN) ? FINDING_UNKNOWN : FINDING_NOTHING;
}

static char *command_for(enum finding finding, const char *name)
{
	char *word = text_for_shell(name);
	char *command = text_new("daemonfix run %s-- %s", findings[finding].options, word);

	free(word);
	return command;
}

static void print_importers(const struct imports *all, enum function function)
{
	const char *before = function == FUNCTION_UNKNOWN ? "imports of " : "imported by";

	for (size_t i = 0; i < all->count; i++)
		if (all->files[i].imports[function]) {
			say("%-9s %11s %s", *before ? imports_name(function) : "", before,
			    all->files[i].path);
			before = "";
		}
	if (*before && function != FUNCTION_UNKNOWN)
		say("%-9s not imported", imports_name(function));
}

static void print_program(const struct program *p, const char *name)
{
	say("%-9s %s", "program", p->count ? p->chain[0] : name);
	for (size_t i = 1; i < p->count; i++)
		say("%-9s %s", i == 1 ? "run by" : "", p->chain[i]);
}

static void print_table(const struct program *p, const struct imports *all, const char *name)
{
	print_program(p, name);
	if (p->problem != PROGRAM_WORKS) {
		say("%-9s cannot work: %s", "verdict", p->sentence);
		return;
	}
	enum finding finding = find(all);
	char *command = command_for(finding, name);
	say("%-9s %s", "library", p->library);
	for (enum function f = 0; f < FUNCTIONS; f++)
		print_importers(all, f);
	say("%-9s %s", "verdict", findings[finding].verdict);
	if (p->count > 1)
		say("%-9s what the script itself starts was not looked at", "");
	say("%-9s %s", "command", command);
	free(command);
}

static void put_string(const char *name, const char *value)
{
	printf(", \"%s\": ", name);
	if (value)
		text_put_json(stdout, value);
	else
		fputs("null", stdout);
}

static void put_chain(const struct program *p)
{
	fputs(", \"chain\": [", stdout);
	for (size_t i = 0; i < p->count; i++) {
		fputs(i ? ", " : "", stdout);
		text_put_json(stdout, p->chain[i]);
	}
	putchar(']');
}

static void put_imports(const struct imports *all)
{
	for (enum function f = 0; f < FUNCTIONS; f++) {
		const char *comma = "";

		printf("%s\"%s\": [", f ? ", " : "", imports_name(f));
		for (size_t i = 0; i < all->count; i++)
			if (all->files[i].imports[f]) {
				fputs(comma, stdout);
				text_put_json(stdout, all->files[i].path);
				comma = ", ";
			}
		putchar(']');
	}
}

static void print_json(const struct program *p, const struct imports *all, const char *name)
{
	bool works = p->problem == PROGRAM_WORKS;
	enum finding finding = works ? find(all) : FINDING_NOTHING;
	char *command = works ? command_for(finding, name) : NULL;

	fputs("{\"program\": ", stdout);
	text_put_json(stdout, name);
	put_chain(p);
	put_string("library", works ? p->library : NULL);
	printf(", \"works\": %s", works ? "true" : "false");
	put_string("problem", works ? NULL : program_problem_name(p->problem));
	put_string("reason", works ? NULL : p->sentence);
	fputs(", \"imports\": ", stdout);
	if (works) {
		putchar('{');
		put_imports(all);
		printf("}, \"own_daemon\": %s", all->own_daemon ? "true" : "false");
	} else {
		fputs("null, \"own_daemon\": null", stdout);
	}
	put_string("mode", works ? findings[finding].mode : NULL);
	put_string("command", command);
	puts("}");
	free(command);
}

static int check(const char *name, bool json)
{
	struct imports all = {.count = 0};
	struct program p;
	int status = STATUS_WORKS_NOT;

	if (program_open(&p, name) == PROGRAM_WORKS && imports_read(&all, &p) == PROGRAM_WORKS)
		status = findings[find(&all)].status;
	if (json)
		print_json(&p, &all, name);
	else
		print_table(&p, &all, name);
	imports_free(&all);
	program_close(&p);
	return status;
}

int command_check(int argc, char **argv)
{
	static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {0}};
	bool json = false;
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		if (option != 'j')
			return bad_usage("check: %s: no such option (there is --json)",
					 argv[optind - 1]);
		json = true;
	}
	if (argc - optind != 1)
		return bad_usage("check: one program is expected, not %d", argc - optind);
	return check(argv[optind], json);
}
