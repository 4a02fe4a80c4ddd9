// SPDX-License-Identifier: MIT
/*
 * daemonfix check [--json] PROGRAM [ARG...]: which mode does a program need?
 * The arguments only become part of the commands that the answer names.
 *
 * Status: 0 it can be started, and fix or fix-fork is the mode to try first; 1 it cannot be
 * started; 2 it can be started, and background is that mode; 125 daemonfix failed.
 *
 * --json prints one object.  Later versions may add fields, but keep these:
 *
 *   program     string: as it was named
 *   chain       array of strings: the program's file and, for a script, its interpreters;
 *               empty if it was not found
 *   kinds       array of strings, words of kind_name(): what kind of program it is
 *   library     string: the libdaemonfix.so that would be preloaded; null if it is missing, or if
 *               the program cannot work for another reason
 *   works       true or false: the library can be preloaded
 *   problem     string: why it cannot, a word of program_problem_name(); null if it can
 *   reason      string: the same in a sentence; null if it can
 *   modes       array of strings: those in which run can start it
 *   imports     object: daemon, setsid, fork, vfork, listen, dlopen, openpty (or another function
 *               that makes terminals) and notify (sd_notify, or the word NOTIFY_SOCKET) are arrays
 *               of strings, the files that import that function; unknown: the files whose imports
 *               are unknown; null if it does not work
 *   own_daemon  true or false: the program has a daemon() of its own, which cannot be replaced;
 *               null if it does not work
 *   certain     true or false: there is only one command to start it
 *   mode        string: the mode to try first; null if it cannot be started
 *   command     string: for a shell, to start it in that mode; null if it cannot be started
 *   commands    array of objects, the most likely first: mode, command and condition, a sentence
 *               that says when the command is right
 *   container   string: the command that keeps it in the foreground, for containers and
 *               supervisors; null if none is needed, or it cannot be started
 *   ready       string: the argument for -r of run if it is a server; null: none, or unknown
 */
#include "advice.h"
#include "command.h"
#include "imports.h"
#include "output.h"
#include "program.h"
#include "text.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { STATUS_FIX, STATUS_CANNOT_START, STATUS_BACKGROUND };

/* What is known about a program, and the answer. */
struct findings {
	char **words; /* the program and its arguments */
	struct program program;
	struct imports imports;
	struct advice advice;
};

static void print_importers(const struct imports *all, enum function function)
{
	static const char *const before[FUNCTIONS] = {
		[FUNCTION_NOTIFY] = "mentioned in", [FUNCTION_UNKNOWN] = "imports of "};
	const char *verb = before[function] ? before[function] : "imported by";
	bool any = false;

	for (size_t i = 0; i < all->count; i++)
		if (all->files[i].imports[function]) {
			say("%-9s %11s %s", any ? "" : imports_name(function), any ? "" : verb,
			    all->files[i].path);
			any = true;
		}
	if (!any && function < FUNCTION_DLOPEN)
		say("%-9s not imported", imports_name(function));
}

static void print_kinds(const struct kinds *k)
{
	if (k->is[KIND_SHIM])
		say("%-9s a shim of %s, which starts another program: name that (%s which NAME)",
		    "kind", k->shim, k->shim);
	else if (k->is[KIND_SHELL])
		say("%-9s %s", "kind", k->is[KIND_SCRIPT] ? "a shell script" : "a shell");
	else if (k->is[KIND_INTERPRETER])
		say("%-9s %s", "kind", k->is[KIND_SCRIPT] ? "a script" : "an interpreter");
	if (k->is[KIND_GO])
		say("%-9s written in Go: such programs do not call libc's functions", "kind");
	if (k->runtime)
		say("%-9s built with -fsanitize=%s: run keeps %s in front of the library", "kind",
		    k->sanitizer, k->runtime);
	else if (k->is[KIND_SANITIZER])
		say("%-9s built with -fsanitize=%s", "kind", k->sanitizer);
}

static void print_program(const struct program *p, const char *name)
{
	say("%-9s %s", "program", p->count ? p->chain[0] : name);
	for (size_t i = 1; i < p->count; i++)
		say("%-9s %s", i == 1 ? "run by" : "", p->chain[i]);
	print_kinds(&p->kinds);
}

static void print_command(const char *label, char *command)
{
	say("%-9s %s", label, command);
	free(command);
}

static void print_commands(const struct findings *f)
{
	const struct advice *a = &f->advice;

	for (size_t i = 0; i < a->count; i++) {
		print_command(i == 0 ? "command" : "or",
			      advice_command("run", way_option(a->ways[i]), f->words));
		if (a->count > 1)
			say("%-9s %s", "", way_condition(a->ways[i]));
	}
	if (a->count > 1) {
		print_command("to know", advice_command("try", "", f->words));
		say("%-9s runs it once, and says which of them is right", "");
	}
	if (a->container) {
		print_command("container", advice_command("run", a->container, f->words));
		say("%-9s keeps it in the foreground, for containers and supervisors", "");
	}
	if (a->ready)
		say("%-9s -r %s: %s", "ready", a->ready, a->readiness);
}

static void print_table(const struct findings *f)
{
	const struct program *p = &f->program;

	print_program(p, f->words[0]);
	if (p->problem == PROGRAM_WORKS) {
		say("%-9s %s", "library", p->library);
		for (enum function i = 0; i < FUNCTIONS; i++)
			print_importers(&f->imports, i);
		say("%-9s %s", "verdict", f->advice.verdict);
	} else if (f->advice.count > 0) {
		say("%-9s only -b and -K work: %s", "verdict", p->sentence);
	} else {
		say("%-9s cannot work: %s", "verdict", p->sentence);
	}
	print_commands(f);
}

static void put_string(const char *name, const char *value)
{
	printf(", \"%s\": ", name);
	if (value)
		text_put_json(stdout, value);
	else
		fputs("null", stdout);
}

static void put_command(const char *name, char *command)
{
	put_string(name, command);
	free(command);
}

/* An element of an array; *any: the array already has one. */
static void put_element(bool *any, const char *value)
{
	fputs(*any ? ", " : "", stdout);
	text_put_json(stdout, value);
	*any = true;
}

static void put_chain(const struct program *p)
{
	bool any = false;

	fputs(", \"chain\": [", stdout);
	for (size_t i = 0; i < p->count; i++)
		put_element(&any, p->chain[i]);
	putchar(']');
	any = false;
	fputs(", \"kinds\": [", stdout);
	for (enum kind k = 0; k < KINDS; k++)
		if (p->kinds.is[k])
			put_element(&any, kind_name(k));
	putchar(']');
}

static void put_modes(const struct program *p)
{
	static const char without_library[] = "\"background\", \"foreground-fork\"";

	fputs(", \"modes\": [", stdout);
	if (p->problem == PROGRAM_WORKS)
		printf("\"fix\", \"fix-fork\", \"foreground\", \"off\", %s", without_library);
	else if (program_starts(p))
		fputs(without_library, stdout);
	putchar(']');
}

static void put_imports(const struct imports *all)
{
	for (enum function f = 0; f < FUNCTIONS; f++) {
		bool any = false;

		printf("%s\"%s\": [", f ? ", " : "", imports_name(f));
		for (size_t i = 0; i < all->count; i++)
			if (all->files[i].imports[f])
				put_element(&any, all->files[i].path);
		putchar(']');
	}
}

static void put_commands(const struct findings *f)
{
	const struct advice *a = &f->advice;

	printf(", \"certain\": %s", a->count == 1 ? "true" : "false");
	put_string("mode", a->count ? way_name(a->ways[0]) : NULL);
	put_command("command",
		    a->count ? advice_command("run", way_option(a->ways[0]), f->words) : NULL);
	fputs(", \"commands\": [", stdout);
	for (size_t i = 0; i < a->count; i++) {
		printf("%s{\"mode\": \"%s\"", i ? ", " : "", way_name(a->ways[i]));
		put_command("command", advice_command("run", way_option(a->ways[i]), f->words));
		put_string("condition", way_condition(a->ways[i]));
		putchar('}');
	}
	putchar(']');
	put_command("container",
		    a->container ? advice_command("run", a->container, f->words) : NULL);
	put_string("ready", a->ready);
}

static void print_json(const struct findings *f)
{
	const struct program *p = &f->program;
	bool works = p->problem == PROGRAM_WORKS;

	fputs("{\"program\": ", stdout);
	text_put_json(stdout, f->words[0]);
	put_chain(p);
	put_string("library", works ? p->library : NULL);
	printf(", \"works\": %s", works ? "true" : "false");
	put_string("problem", works ? NULL : program_problem_name(p->problem));
	put_string("reason", works ? NULL : p->sentence);
	put_modes(p);
	fputs(", \"imports\": ", stdout);
	if (works) {
		putchar('{');
		put_imports(&f->imports);
		printf("}, \"own_daemon\": %s", f->imports.own_daemon ? "true" : "false");
	} else {
		fputs("null, \"own_daemon\": null", stdout);
	}
	put_commands(f);
	puts("}");
}

static int check(char **words, bool json)
{
	struct findings f = {.words = words};

	if (program_open(&f.program, words[0], PROGRAM_TO_EXAMINE) == PROGRAM_WORKS)
		imports_read(&f.imports, &f.program);
	f.advice = advise(&f.program, &f.imports);
	if (json)
		print_json(&f);
	else
		print_table(&f);
	imports_free(&f.imports);
	program_close(&f.program);
	if (f.advice.count == 0)
		return STATUS_CANNOT_START;
	return f.advice.ways[0] == WAY_BACKGROUND ? STATUS_BACKGROUND : STATUS_FIX;
}

const char check_usage[] =
	"usage: daemonfix check [--json] [--] PROGRAM [ARG...]\n"
	"\n"
	"Says, without running a program, whether and in which modes it can be started.\n"
	"\n"
	"  --json  prints a JSON object instead of a table\n";

int command_check(int argc, char **argv)
{
	static const struct option options[] = {
		{"json", no_argument, NULL, 'j'}, {"help", no_argument, NULL, 'h'}, {0}};
	bool json = false;
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "+h", options, NULL)) != -1) {
		if (option == 'h')
			return show_usage(check_usage);
		if (option != 'j')
			return bad_usage("check: %s: no such option (there is --json)",
					 argv[optind - 1]);
		json = true;
	}
	if (optind == argc)
		return bad_usage("check: the program is missing");
	return check(argv + optind, json);
}
