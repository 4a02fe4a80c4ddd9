// SPDX-License-Identifier: MIT
/*
 * Which modes help a program, by its imports.  Imports do not show what the program does: su(1) and
 * nginx both import fork and setsid, and only nginx is a daemon.  In such cases there are several
 * modes to choose from.
 *
 * A function that only a library of a library imports does not count (libgpg-error imports setsid,
 * and Xvfb loads it indirectly); a function of the program's own library counts as the program's.
 */
#include "advice.h"

#include "text.h"

#include <stdlib.h>

static const struct {
	const char *name, *option, *condition;
} ways[] = {
	[WAY_FIX] = {"fix", "", "if it calls daemon(3)"},
	[WAY_FIX_FORK] = {"fix-fork", "-F ", "if it makes itself a daemon with fork and setsid"},
	[WAY_BACKGROUND] = {"background", "-b ",
			    "if it stays in the foreground (by its own option, or always)"},
};

const char *way_name(enum way way)
{
	return ways[way].name;
}

const char *way_option(enum way way)
{
	return ways[way].option;
}

const char *way_condition(enum way way)
{
	return ways[way].condition;
}

static const struct advice no_start,
	without_library = {.ways = {WAY_BACKGROUND}, .count = 1, .container = "-K "};

static const struct advice calls_daemon = {
	"works: daemon(3) makes a correct daemon of it in mode fix, the default",
	{WAY_FIX},
	1,
	"-f ",
	NULL,
	NULL};

static const struct advice daemon_and_setsid = {"works, but its imports do not show whether it "
						"becomes a daemon by daemon(3), by fork and "
						"setsid, or not at all",
						{WAY_FIX, WAY_FIX_FORK, WAY_BACKGROUND},
						3,
						"-K ",
						NULL,
						NULL};

static const struct advice by_hand = {
	"works; it imports fork and setsid, perhaps to become a daemon, perhaps for something else",
	{WAY_FIX_FORK, WAY_BACKGROUND},
	2,
	"-K ",
	NULL,
	NULL};

static const struct advice sessions = {
	"works; it imports setsid but opens terminals as well, so it probably makes sessions for "
	"other programs and may not be a daemon itself",
	{WAY_BACKGROUND, WAY_FIX_FORK},
	2,
	"-K ",
	NULL,
	NULL};

static const struct advice runs_others = {
	"works, but whether and how it becomes a daemon depends on the program that it runs",
	{WAY_BACKGROUND, WAY_FIX_FORK},
	2,
	"-K ",
	NULL,
	NULL};

/* Not fix-fork: the first fork is the shell's own. */
static const struct advice starts_programs = {
	"works, but the programs that it starts may become daemons in any way: check those",
	{WAY_BACKGROUND, WAY_FIX},
	2,
	"-K ",
	NULL,
	NULL};

static const struct advice runs_others_daemon = {
	"works, but the program that it runs may become a daemon in any way",
	{WAY_BACKGROUND, WAY_FIX, WAY_FIX_FORK},
	3,
	"-K ",
	NULL,
	NULL};

static const struct advice loads_others = {
	"works; it imports neither daemon nor setsid, but libraries that it loads later may",
	{WAY_BACKGROUND, WAY_FIX_FORK},
	2,
	"-K ",
	NULL,
	NULL};

static const struct advice library_setsid = {
	"works; only one of its libraries imports setsid, perhaps to make a daemon of the program "
	"(as libfuse does), perhaps for something else",
	{WAY_BACKGROUND, WAY_FIX_FORK},
	2,
	"-K ",
	NULL,
	NULL};

static const struct advice library_daemon = {"works; only a library that many programs share "
					     "imports daemon, so the program may never call it",
					     {WAY_FIX, WAY_BACKGROUND},
					     2,
					     "-K ",
					     NULL,
					     NULL};

static const struct advice own_daemon = {
	"can be preloaded, but defines its own daemon(), which the library does not replace (not "
	"with -f either); for a correct daemon, add the program's option to stay in the foreground "
	"to this command",
	{WAY_BACKGROUND},
	1,
	"-K ",
	NULL,
	NULL};

static const struct advice unknown = {
	"works, but its imports are unknown because it has no section headers",
	{WAY_FIX, WAY_FIX_FORK, WAY_BACKGROUND},
	3,
	"-K ",
	NULL,
	NULL};

static const struct advice nothing = {
	"works, but there is nothing to fix: neither the program nor libraries of its own import "
	"daemon or setsid; this command makes a daemon of it",
	{WAY_BACKGROUND},
	1,
	NULL,
	NULL,
	NULL};

/* For a program whose own files import daemon or setsid. */
static struct advice advise_importer(const struct imports *all)
{
	bool calls_setsid = imports_own(all, FUNCTION_SETSID);

	if (imports_own(all, FUNCTION_DAEMON))
		return calls_setsid ? daemon_and_setsid : calls_daemon;
	return imports_own(all, FUNCTION_OPENPTY) ? sessions : by_hand;
}

static struct advice advise_mode(const struct program *p, const struct imports *all)
{
	const struct kinds *k = &p->kinds;

	if (k->is[KIND_SHELL] || k->is[KIND_SHIM])
		return starts_programs;
	if (k->is[KIND_INTERPRETER])
		return imports_any(all, FUNCTION_DAEMON) ? runs_others_daemon : runs_others;
	if (all->own_daemon)
		return imports_own(all, FUNCTION_SETSID) ? by_hand : own_daemon;
	if (imports_own(all, FUNCTION_DAEMON) || imports_own(all, FUNCTION_SETSID))
		return advise_importer(all);
	if (imports_any(all, FUNCTION_DAEMON))
		return library_daemon;
	if (imports_near(all, FUNCTION_SETSID))
		return library_setsid;
	if (imports_own(all, FUNCTION_UNKNOWN))
		return unknown;
	if (k->is[KIND_SCRIPT])
		return runs_others;
	return imports_own(all, FUNCTION_DLOPEN) ? loads_others : nothing;
}

/*
 * Imports do not show whether a program reports READY=1: redis and haproxy can, but do so only with
 * an option.  So notify is proposed alone only for programs that do not import listen.
 */
static void advise_readiness(struct advice *a, const struct program *p, const struct imports *all)
{
	bool go = p->kinds.is[KIND_GO] && elf_contains(&p->elf, "net.(*sysListener)");
	bool notifies = imports_own(all, FUNCTION_NOTIFY) ||
			(p->kinds.is[KIND_GO] && elf_contains(&p->elf, "NOTIFY_SOCKET"));

	if (imports_own(all, FUNCTION_LISTEN) || go) {
		a->ready = "listen";
		a->readiness =
			notifies ? "the start returns when it listens (or -r notify, if it "
				   "reports READY=1: it has code for that, but may stay silent)"
				 : "the start returns when it listens";
	} else if (notifies) {
		a->ready = imports_near(all, FUNCTION_LISTEN) ? "listen,notify" : "notify";
		a->readiness = "if it reports READY=1: it has code for that, but may stay silent";
	} else if (imports_any(all, FUNCTION_LISTEN) || kind_runs_others(&p->kinds) ||
		   (p->kinds.is[KIND_STATIC] && !p->kinds.is[KIND_GO])) {
		a->ready = "listen";
		a->readiness = "if it is a server, which its imports do not show: the start "
			       "returns when it listens";
	}
}

struct advice advise(const struct program *p, const struct imports *all)
{
	struct advice a = no_start;

	if (p->problem == PROGRAM_WORKS)
		a = advise_mode(p, all);
	else if (program_starts(p))
		a = without_library;
	if (a.count > 0)
		advise_readiness(&a, p, all);
	return a;
}

char *advice_command(const char *subcommand, const char *options, char **words)
{
	char *command = text_new("daemonfix %s %s--", subcommand, options);

	for (; *words; words++) {
		char *word = text_for_shell(*words);
		char *longer = text_new("%s %s", command, word);

		free(word);
		free(command);
		command = longer;
	}
	return command;
}
