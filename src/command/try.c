// SPDX-License-Identifier: MIT
/*
 * daemonfix try [--json] [-t SECONDS] [--] PROGRAM [ARG...]: runs a program once, without the
 * library, watches whether and how it becomes a daemon, and ends all processes that it has started.
 *
 * Status, as check: 0 fix or fix-fork is the mode; 1 it ended and left nothing, or launched another
 * program; 2 background is the mode, because it stays in the foreground or no other can work;
 * 125 daemonfix failed, 126 the program was found but cannot be run, 127 it was not found.
 *
 * --json prints one object.  Later versions may add fields, but keep these:
 *
 *   program     string: as it was named
 *   outcome     string: what became of it
 *                 "daemon"      it called daemon(3)
 *                 "by-hand"     it made itself a daemon with fork and setsid
 *                 "fork"        it forked and ended, and no process called setsid
 *                 "launched"    vfork or posix_spawn started the process that is left
 *                 "foreground"  it still ran after that time
 *                 "ended"       it ended, and nothing was left
 *   maker       string: the program that did this, if another one did; or null
 *   status      number: its exit status, 128 + N if signal N ended it; null if try ended it
 *   listens     true or false: a process called listen(2)
 *   mode        string: the mode to use; null if none is
 *   command     string: for a shell, to start it in that mode; null if none is
 *   container   string: the command that keeps it in the foreground; null if none is needed
 *   ready       string: the argument for -r of run; null: none
 *   events      array of objects: time (seconds, a number), pid, name, event ("execute", "fork",
 *               "spawn", "setsid", "daemon", "listen" or "end") and value: the child's PID, or the
 *               status; null for the others
 */
#include "advice.h"
#include "command.h"
#include "ldpreload.h"
#include "output.h"
#include "program.h"
#include "text.h"
#include "trace.h"

#include "../core/settings.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STATUS_FIX, STATUS_ENDED, STATUS_BACKGROUND };

/* Seconds: the time to watch; and the time without events after the program ended, or listens. */
static const double most = 10, settled = 1, serves = 3;

enum outcome {
	OUTCOME_DAEMON,
	OUTCOME_BY_HAND,
	OUTCOME_FORK,
	OUTCOME_LAUNCHED,
	OUTCOME_FOREGROUND,
	OUTCOME_ENDED
};

static const struct {
	const char *name, *sentence;
} outcomes[] = {
	[OUTCOME_DAEMON] = {"daemon", "calls daemon(3)"},
	[OUTCOME_BY_HAND] = {"by-hand", "makes itself a daemon with fork and setsid"},
	[OUTCOME_FORK] = {"fork",
			  "forks and ends, and the processes that are left do not call setsid"},
	[OUTCOME_LAUNCHED] = {"launched",
			      "starts another program by vfork or posix_spawn, and ends"},
	[OUTCOME_FOREGROUND] = {"foreground", "stays in the foreground"},
	[OUTCOME_ENDED] = {"ended",
			   "ends and leaves no process: with these arguments it is not a daemon"},
};

static const char *const deeds[][2] = {
	[DEED_EXECUTE] = {"execute", "executes"},
	[DEED_FORK] = {"fork", "forks"},
	[DEED_SPAWN] = {"spawn", "starts"},
	[DEED_SETSID] = {"setsid", "calls setsid"},
	[DEED_DAEMON] = {"daemon", "calls setsid, in daemon(3)"},
	[DEED_LISTEN] = {"listen", "calls listen"},
	[DEED_END] = {"end", "ends with status"},
};

/* The result. */
struct result {
	enum outcome outcome;
	char maker[64]; /* the program that becomes a daemon, if it is not the one that was named */
	bool late;      /* it had forked before that */
	bool listens;
	int status; /* -1: none */
};

/* The events, in order. */
static struct event {
	double time;
	pid_t pid;
	char name[sizeof(struct traced){0}.name];
	enum deed deed;
	int value; /* DEED_FORK, DEED_SPAWN: the child; DEED_END: the status; otherwise -1 */
} * events;
static size_t event_count;

static int exit_status(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void note(const struct trace *t, const struct traced *who, enum deed deed, int other)
{
	struct event e = {.time = trace_time(t), .pid = who->pid, .deed = deed, .value = -1};

	snprintf(e.name, sizeof e.name, "%s", who->name);
	if (deed == DEED_FORK || deed == DEED_SPAWN)
		e.value = other;
	else if (deed == DEED_END)
		e.value = exit_status(other);
	events = reallocarray(events, event_count + 1, sizeof e);
	if (!events)
		text_no_memory();
	events[event_count++] = e;
}

static bool lives(const struct trace *t, pid_t pid)
{
	const struct traced *who = trace_find(t, pid);

	return who && trace_lives(t, who);
}

/* Prints the events of the first process, and of all that led to the processes left. */
static void print_events(const struct trace *t)
{
	for (size_t i = 0; i < event_count; i++) {
		const struct event *e = &events[i];

		if (e->pid != t->list[0].pid && !lives(t, e->pid))
			continue;
		if ((e->deed == DEED_FORK || e->deed == DEED_SPAWN) && !lives(t, e->value))
			continue;
		char *value = e->value < 0 ? NULL : text_new(" %d", e->value);
		say("%8.3f s %7d  %-15s  %s%s", e->time, e->pid, e->name, deeds[e->deed][1],
		    value ? value : "");
		free(value);
	}
}

static void put_events(void)
{
	for (size_t i = 0; i < event_count; i++) {
		const struct event *e = &events[i];

		printf("%s{\"time\": %.3f, \"pid\": %d, \"name\": ", i ? ", " : "", e->time,
		       e->pid);
		text_put_json(stdout, e->name);
		printf(", \"event\": \"%s\", \"value\": ", deeds[e->deed][0]);
		if (e->value < 0)
			fputs("null}", stdout);
		else
			printf("%d}", e->value);
	}
}

static bool any_listens(const struct trace *t)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->list[i].listens)
			return true;
	return false;
}

static bool enough(const struct trace *t)
{
	double quiet = trace_time(t) - (t->last - t->begin);

	if (t->list[0].ended)
		return quiet > settled;
	return any_listens(t) && quiet > serves;
}

/* Finds the daemon: it has called setsid and lives on, and its starter has ended with 0. */
static const struct traced *find_session(const struct trace *t, const struct traced **maker)
{
	for (size_t i = 0; i < t->count; i++) {
		const struct traced *who = &t->list[i];

		*maker = who->copy && who->starter != NOBODY ? &t->list[who->starter] : who;
		if (who->setsid && trace_lives(t, who) && (*maker)->ended && (*maker)->status == 0)
			return who;
	}
	return NULL;
}

/* Finds the first child of the first process that outlives it. */
static const struct traced *find_left(const struct trace *t)
{
	for (size_t i = 1; i < t->count; i++)
		if (t->list[i].starter == 0 && trace_lives(t, &t->list[i]))
			return &t->list[i];
	return NULL;
}

static struct result judge(const struct trace *t)
{
	struct result r = {.outcome = OUTCOME_ENDED, .listens = any_listens(t), .status = -1};
	const struct traced *first = &t->list[0], *maker = first;
	const struct traced *session = find_session(t, &maker), *left = find_left(t);

	if (first->ended)
		r.status = exit_status(first->status);
	if (session) {
		r.outcome = session->daemon ? OUTCOME_DAEMON : OUTCOME_BY_HAND;
		r.late = maker != session && session->number > 1;
		if (maker->image != 1)
			snprintf(r.maker, sizeof r.maker, "%s", maker->name);
	} else if (!first->ended) {
		r.outcome = OUTCOME_FOREGROUND;
	} else if (left && r.status == 0) {
		r.outcome = left->spawned ? OUTCOME_LAUNCHED : OUTCOME_FORK;
		r.late = left->number > 1;
	}
	return r;
}

/* Returns the mode that helps; WAYS: none. */
static enum way way_of(const struct result *r, const struct program *p)
{
	switch (r->outcome) {
	case OUTCOME_DAEMON:
		return p->problem == PROGRAM_WORKS ? WAY_FIX : WAY_BACKGROUND;
	case OUTCOME_BY_HAND:
	case OUTCOME_FORK:
		return p->problem == PROGRAM_WORKS ? WAY_FIX_FORK : WAY_BACKGROUND;
	case OUTCOME_FOREGROUND:
		return WAY_BACKGROUND;
	default:
		return WAYS;
	}
}

/* The command for that mode, or NULL; it names the program whose first fork is meant. */
static char *command_of(const struct result *r, const struct program *p, char **words)
{
	enum way way = way_of(r, p);

	if (way == WAYS)
		return NULL;
	if (way != WAY_FIX_FORK || !r->maker[0])
		return advice_command("run", way_option(way), words);
	char *name = text_for_shell(r->maker);
	char *options = text_new("%s-x %s ", way_option(way), name);
	char *command = advice_command("run", options, words);
	free(options);
	free(name);
	return command;
}

static char *container_of(const struct result *r, const struct program *p, char **words)
{
	if (r->outcome == OUTCOME_FOREGROUND || r->outcome == OUTCOME_ENDED)
		return NULL;
	return advice_command(
		"run", r->outcome == OUTCOME_DAEMON && p->problem == PROGRAM_WORKS ? "-f " : "-K ",
		words);
}

static void print_caution(const struct result *r, const struct program *p)
{
	enum way way = way_of(r, p);

	if (p->problem != PROGRAM_WORKS && r->outcome != OUTCOME_FOREGROUND)
		say("%-9s %s", "", p->sentence);
	if (way == WAY_BACKGROUND && r->outcome != OUTCOME_FOREGROUND)
		say("%-9s add the program's option to stay in the foreground to this command", "");
	if (way == WAY_FIX_FORK && r->late)
		say("%-9s but the program forks before it becomes a daemon, and fix-fork changes "
		    "the first fork: check the result with daemonfix inspect",
		    "");
	if (r->outcome == OUTCOME_ENDED && r->status > 0)
		say("%-9s read its messages, and give it what it needs to start", "");
}

static void print_line(const char *label, char *text)
{
	if (text)
		say("%-9s %s", label, text);
	free(text);
}

static void print_table(const struct result *r, const struct program *p, char **words)
{
	say("%-9s %s %s", "verdict", r->maker[0] ? r->maker : words[0],
	    outcomes[r->outcome].sentence);
	print_caution(r, p);
	print_line("command", command_of(r, p, words));
	print_line("container", container_of(r, p, words));
	if (r->listens)
		say("%-9s -r listen: the start returns when it listens", "ready");
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

static void print_json(const struct result *r, const struct program *p, char **words)
{
	enum way way = way_of(r, p);

	fputs("{\"program\": ", stdout);
	text_put_json(stdout, words[0]);
	put_string("outcome", outcomes[r->outcome].name);
	put_string("maker", r->maker[0] ? r->maker : NULL);
	if (r->status < 0)
		fputs(", \"status\": null", stdout);
	else
		printf(", \"status\": %d", r->status);
	printf(", \"listens\": %s", r->listens ? "true" : "false");
	put_string("mode", way == WAYS ? NULL : way_name(way));
	put_command("command", command_of(r, p, words));
	put_command("container", container_of(r, p, words));
	put_string("ready", r->listens ? "listen" : NULL);
	fputs(", \"events\": [", stdout);
	put_events();
	puts("]}");
}

/* Removes variables that a daemon or service manager above has set for this command alone. */
static void clean_environment(void)
{
	char *preload = library_others();

	for (char **e = environ; *e;)
		if (strncmp(*e, SETTINGS_PREFIX, strlen(SETTINGS_PREFIX)) == 0) {
			char *name = text_new("%.*s", (int)strcspn(*e, "="), *e);

			unsetenv(name);
			free(name);
			e = environ;
		} else {
			e++;
		}
	unsetenv("NOTIFY_SOCKET");
	if (*preload)
		setenv("LD_PRELOAD", preload, 1);
	else
		unsetenv("LD_PRELOAD");
	free(preload);
}

static int refuse(const char *what, int error)
{
	complain("%s: %s", what, strerror(error));
	return error == ENOENT ? STATUS_NOT_FOUND : STATUS_CANNOT_RUN;
}

/* Ends this command by a signal that was for the program as much as for this command. */
static void obey(int number)
{
	sigset_t set;

	signal(number, SIG_DFL);
	raise(number);
	sigemptyset(&set);
	sigaddset(&set, number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static void report(const struct trace *t, const struct result *r, const struct program *p,
		   char **words, bool json)
{
	if (json) {
		print_json(r, p, words);
		return;
	}
	print_events(t);
	print_table(r, p, words);
}

static int try(const struct program *p, char **words, double seconds, bool json)
{
	struct trace t = {.seen = note, .report = -1};
	int status = STATUS_FIX;

	char **arguments;
	const char *path = program_arguments(p, words, &arguments);
	int started = trace_start(&t, path, arguments);
	if (arguments != words)
		free(arguments);
	if (started < 0) {
		complain("try: cannot trace processes: %s", strerror(errno));
		return STATUS_FAILED;
	}
	trace_watch(&t, seconds, enough);
	struct result r = judge(&t);
	if (t.images == 0)
		status = refuse(p->chain[0], trace_error(&t));
	else if (!t.signal)
		report(&t, &r, p, words, json);
	trace_end(&t);
	if (t.signal)
		obey(t.signal);
	trace_free(&t);
	free(events);
	if (status == STATUS_FIX && way_of(&r, p) != WAY_FIX && way_of(&r, p) != WAY_FIX_FORK)
		return way_of(&r, p) == WAYS ? STATUS_ENDED : STATUS_BACKGROUND;
	return status;
}

/* Parses the argument of -t; returns a negative number if it is invalid. */
static double parse_seconds(const char *text)
{
	char *end;
	double seconds = strtod(text, &end);

	return *text && !*end && text[strspn(text, "0123456789.")] == '\0' && seconds <= 86400
		       ? seconds
		       : -1;
}

const char try_usage[] = "usage: daemonfix try [--json] [-t SECONDS] [--] PROGRAM [ARG...]\n"
			 "\n"
			 "Runs a program once, watches how it becomes a daemon, ends it, and names "
			 "the mode to use.\n"
			 "\n"
			 "  --json      prints a JSON object instead of a table\n"
			 "  -t SECONDS  watches the program for at most this long (10)\n";

int command_try(int argc, char **argv)
{
	static const struct option options[] = {
		{"json", no_argument, NULL, 'j'}, {"help", no_argument, NULL, 'h'}, {0}};
	struct program program;
	double seconds = most;
	bool json = false;
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "+:t:h", options, NULL)) != -1)
		if (option == 'h')
			return show_usage(try_usage);
		else if (option == 'j')
			json = true;
		else if (option != 't')
			return bad_usage("try: %s: no such option, or without its value (there are "
					 "--json and -t SECONDS)",
					 argv[optind - 1]);
		else if ((seconds = parse_seconds(optarg)) < 0)
			return bad_usage("try: -t %s: not a number of seconds", optarg);
	if (optind == argc)
		return bad_usage("try: the program is missing");
	program_open(&program, argv[optind], PROGRAM_TO_EXAMINE);
	int status;
	if (program_starts(&program)) {
		clean_environment();
		status = try(&program, argv + optind, seconds, json);
	} else {
		complain("%s", program.sentence);
		status =
			program.problem == PROGRAM_NOT_FOUND ? STATUS_NOT_FOUND : STATUS_CANNOT_RUN;
	}
	program_close(&program);
	return status;
}
