// SPDX-License-Identifier: MIT
/*
 * daemonfix status [--json] PIDFILE: does the daemon run?
 *
 * Status, as in init scripts of the LSB: 0 it runs; 1 it has ended, but the file exists; 3 it
 * does not run, and there is no file; 4 unknown; 125 daemonfix failed.  holder.h explains how this
 * is found out.
 *
 * --json prints one object.  Unknown and missing values are null.  Names and paths are strings as
 * in text.h.  Later versions may add fields, but keep these:
 *
 *   file       string: as it was named
 *   status     number: the exit status
 *   state      string: "running", "dead" (the file exists), "not-running" (there is none) or
 *              "unknown"
 *   pid        number: the PID of the daemon, or the one in the file if it does not run
 *   name       string: the daemon's name, as ps(1) shows it
 *   locked     true or false: whether a process holds a lock on the file
 *   evidence   string: why the process that runs is believed to be the daemon
 *                "lock"        it holds the lock
 *                "start-time"  it started before the file was written
 *   holder     object: a process that holds the lock but is not the daemon
 *     pid      number
 *     name     string
 *   reason     string: the same in a sentence
 */
#include "command.h"
#include "holder.h"
#include "output.h"
#include "pidargument.h"
#include "text.h"

#include <getopt.h>
#include <stdio.h>

const char status_usage[] = "usage: daemonfix status [--json] PIDFILE\n"
			    "\n"
			    "Says whether the daemon of a PID file runs.\n"
			    "\n"
			    "  --json  prints a JSON object instead of a line of text\n";

static const struct {
	int status;
	const char *name;
} states[] = {
	[HOLDER_RUNS] = {0, "running"},
	[HOLDER_DEAD] = {1, "dead"},
	[HOLDER_NO_FILE] = {3, "not-running"},
	[HOLDER_UNKNOWN] = {4, "unknown"},
};

static const char *const evidences[] = {
	[EVIDENCE_NONE] = NULL,
	[EVIDENCE_LOCK] = "lock",
	[EVIDENCE_START_TIME] = "start-time",
};

static void put_string(const char *field, const char *value)
{
	printf(", \"%s\": ", field);
	if (value)
		text_put_json(stdout, value);
	else
		fputs("null", stdout);
}

static void put_pid(const char *before, pid_t pid)
{
	if (pid)
		printf("%s\"pid\": %d", before, pid);
	else
		printf("%s\"pid\": null", before);
}

static void print_json(const struct holder *h, const char *path)
{
	bool runs = h->state == HOLDER_RUNS;

	fputs("{\"file\": ", stdout);
	text_put_json(stdout, path);
	printf(", \"status\": %d", states[h->state].status);
	put_string("state", states[h->state].name);
	put_pid(", ", runs ? h->process.pid : h->number);
	put_string("name", runs ? h->process.name : NULL);
	printf(", \"locked\": %s", h->locked == LOCKED_YES  ? "true"
				   : h->locked == LOCKED_NO ? "false"
							    : "null");
	put_string("evidence", evidences[h->evidence]);
	fputs(", \"holder\": ", stdout);
	if (h->other.pid) {
		put_pid("{", h->other.pid);
		put_string("name", h->other.name);
		fputs("}", stdout);
	} else {
		fputs("null", stdout);
	}
	put_string("reason", h->sentence);
	puts("}");
}

static int status(const char *path, bool json)
{
	struct holder h;

	holder_find(path, &h);
	if (json)
		print_json(&h, path);
	else if (h.state == HOLDER_UNKNOWN)
		complain("%s: %s", path, h.sentence);
	else
		say("%s: %s", path, h.sentence);
	holder_close(&h);
	return states[h.state].status;
}

int command_status(int argc, char **argv)
{
	static const struct option options[] = {
		{"json", no_argument, NULL, 'j'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	bool json = false;
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "+h", options, NULL)) != -1) {
		if (option == 'h')
			return show_usage(status_usage);
		if (option != 'j')
			return bad_usage("status: %s: no such option (there is --json)",
					 argv[optind - 1]);
		json = true;
	}
	if (argc - optind != 1 || !argv[optind][0])
		return bad_usage("status: one PID file is expected, not %d",
				 argc - optind == 1 ? 0 : argc - optind);
	if (pid_argument_is_only_a_pid(argv[optind]))
		return bad_usage("status: %s: a PID file is expected, not a PID (inspect takes a "
				 "PID)",
				 argv[optind]);
	if (!process_proc_is_ours()) {
		complain("status: /proc is not mounted, or is that of another PID namespace");
		return STATUS_FAILED;
	}
	return status(argv[optind], json);
}
