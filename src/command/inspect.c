// SPDX-License-Identifier: MIT
/*
 * daemonfix inspect [--json] PID|PIDFILE: is that process a correct daemon?
 *
 * A correct daemon has no controlling terminal and cannot acquire one (it does not lead its
 * session), is not in the session of a terminal, has init or a subreaper for a parent, and none of
 * 0, 1 and 2 is a terminal.
 *
 * A process that a supervisor keeps in the foreground need not be a daemon: it may lead its
 * session, and its parent is that supervisor.  Terminals are as bad for it as for a daemon.
 *
 * Status: 0 it is a correct daemon; 1 it is not; 2 there is no such process, or inspecting it is
 * not permitted; 3 it is supervised, and correct; 125 daemonfix failed.
 *
 * --json prints one object, even with status 2.  Unknown and missing values are null (for zombies
 * and kernel threads: all from "directory" on).  Names and paths are strings as in text.h.  Later
 * versions may add fields, but keep these:
 *
 *   pid                     number; null: the PID file names none
 *   name                    string: as ps(1) shows it
 *   program                 string: the executable file
 *   correct                 true or false: it is a correct daemon
 *   verdict                 string: "correct", "supervised" (and correct), "not-correct" or
 *                           "not-seen" (status 2)
 *   reason                  string: the same in a sentence
 *   problems                array of strings, empty for a correct daemon and a supervised process:
 *                             "missing"               there is no such process
 *                             "not-permitted"         inspecting it is not permitted
 *                             "thread"                it is a thread of a process
 *                             "pidfile"               the file cannot be read, or names none
 *                             "ended"                 a zombie
 *                             "kernel-thread"
 *                             "init"                  the machine's first process
 *                             "session-leader"        leads its session
 *                             "controlling-terminal"  has one
 *                             "terminal-session"      the leader of its session has one
 *                             "parent"                is neither init nor a subreaper
 *                             "stdin-terminal", "stdout-terminal", "stderr-terminal"
 *   supervisor              object: who keeps it in the foreground; null: none is known
 *     kind                  string: "systemd", "s6", "runit", "daemontools", "supervisord",
 *                           "openrc", "dinit", "container" (its init, or the process that has
 *                           started its init) or "daemonfix" (mode foreground-fork)
 *     pid                   number; null: outside this PID namespace
 *     name                  string
 *   session                 number; 0: outside this PID namespace, or the kernel's
 *   session_leader          true or false: leads it
 *   session_terminal        string: the controlling terminal of the session's leader
 *   controlling_terminal    string: its own; MAJOR:MINOR if it has no name
 *   can_acquire_terminal    true or false
 *   parent                  object; null: outside this PID namespace
 *     pid                   number
 *     name                  string
 *     relation              string:
 *                             "init"       PID 1 of its PID namespace
 *                             "subreaper"  has adopted the process (it is of another session)
 *                             "session"    of the same session
 *                             "unknown"    the process leads its session
 *   process_group           number
 *   directory               string: the working directory
 *   file_system             object: what the working directory pins
 *     mount_point           string
 *     source                string
 *     type                  string
 *   stdin, stdout, stderr   object, as in descriptors; null: closed
 *   descriptors             array of objects: those above 2 that are terminals, or pipes whose
 *                           other end is held by no process of the same session
 *     fd                    number
 *     target                string: as in /proc/PID/fd
 *     terminal              true or false
 *     other_end             string: who holds the other end of the pipe
 *                             "session"  the process, or another one of its session
 *                             "foreign"  only processes of other sessions
 *                             "nobody"
 *                             "unknown"  none of the processes that can be inspected
 *     holder                object: one of the "foreign": pid, name, session
 *   umask                   string: octal
 *   ignored_signals         array of strings: "SIGPIPE", "SIGRTMIN+1"
 *   blocked_signals         array of strings, those of the main thread
 *   library                 string: the libdaemonfix.so that is loaded
 *   marker                  string: the meaning of DAEMONFIX_PID.  /proc shows the
 *                           environment as it was when the program was executed, so:
 *                             "daemon"      it had become a daemon before
 *                             "foreground"  it had been kept in the foreground before
 *                             "none"        neither, and the library is not loaded now
 *                             "unknown"     it may have become one since
 */
#include "command.h"
#include "facts.h"
#include "output.h"
#include "pidargument.h"
#include "report.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STATUS_CORRECT, STATUS_NOT_CORRECT, STATUS_NOT_SEEN, STATUS_SUPERVISED };

enum { TRIES = 100 }; /* attempts to see a process that does not change meanwhile */

static bool same(const struct process *a, const struct process *b)
{
	return a->parent == b->parent && a->group == b->group && a->session == b->session &&
	       a->terminal == b->terminal && (a->state == 'Z') == (b->state == 'Z');
}

/* 0, or -1 with errno: ESRCH if the process has ended meanwhile. */
static int look(int directory, struct facts *f)
{
	struct process now;

	for (int i = 0;; i++) {
		int result = facts_find(directory, f);
		int saved_errno = errno;

		if (process_read(directory, &now) < 0)
			return -1;
		if (result == 0 && same(&f->self, &now))
			return 0;
		errno = result < 0 ? saved_errno : EAGAIN;
		if (i == TRIES || errno == EACCES || errno == EPERM || errno == ENOMEM)
			return -1;
		facts_free(f);
	}
}

/* The process that the thread belongs to; 0: pid is a process itself.  /proc/TID exists, too. */
static pid_t thread_of(int directory, pid_t pid)
{
	char owner[32];

	if (process_status(directory, "Tgid", owner, sizeof owner) < 0)
		return 0; /* a process that has ended is noticed later */
	pid_t process = (pid_t)strtol(owner, NULL, 10);
	return process == pid ? 0 : process;
}

/* Reports the reason, as a line or as a JSON object. */
static int not_seen(pid_t pid, bool json, const char *problem, char *reason)
{
	if (json)
		report_unseen(pid, problem, reason);
	else
		complain("%s", reason);
	free(reason);
	return STATUS_NOT_SEEN;
}

static int cannot_look(pid_t pid, bool json, int error)
{
	/* /proc may hide the processes of others (hidepid). */
	if (error == ENOENT && (kill(pid, 0) == 0 || errno == EPERM))
		error = EACCES;
	switch (error) {
	case ENOENT:
		return not_seen(pid, json, "missing", text_new("%d: no such process", pid));
	case ESRCH:
		return not_seen(pid, json, "missing",
				text_new("%d: no such process: it has just ended", pid));
	case EACCES:
	case EPERM:
		return not_seen(pid, json, "not-permitted",
				text_new("%d: not permitted to inspect this process (become its "
					 "user, or root with CAP_SYS_PTRACE)",
					 pid));
	default:
		complain("%d: cannot inspect this process: %s", pid, strerror(error));
		return STATUS_FAILED;
	}
}

static int report(const struct facts *f, bool json)
{
	static const int statuses[] = {
		[VERDICT_CORRECT] = STATUS_CORRECT,
		[VERDICT_SUPERVISED] = STATUS_SUPERVISED,
		[VERDICT_NOT_CORRECT] = STATUS_NOT_CORRECT,
	};

	if (json)
		report_json(f);
	else
		report_table(f);
	return statuses[facts_verdict(f)];
}

static int inspect(pid_t pid, bool json)
{
	static struct facts facts; /* too large for the stack */
	int directory = process_open(pid);

	if (directory < 0)
		return cannot_look(pid, json, errno);
	pid_t process = thread_of(directory, pid);
	if (process) {
		close(directory);
		return not_seen(pid, json, "thread",
				text_new("%d: is a thread, not a process (inspect its process, %d)",
					 pid, process));
	}
	int result = look(directory, &facts);
	int error = errno;
	close(directory);
	int status = result < 0 ? cannot_look(pid, json, error) : report(&facts, json);
	facts_free(&facts);
	return status;
}

const char inspect_usage[] = "usage: daemonfix inspect [--json] PID|PIDFILE\n"
			     "\n"
			     "Says whether a process is a correct daemon.\n"
			     "\n"
			     "  --json  prints a JSON object instead of a table\n";

int command_inspect(int argc, char **argv)
{
	static const struct option options[] = {
		{"json", no_argument, NULL, 'j'}, {"help", no_argument, NULL, 'h'}, {0}};
	bool json = false;
	char *reason;
	pid_t pid;
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (option == 'h')
			return show_usage(inspect_usage);
		if (option != 'j')
			return bad_usage("inspect: %s: no such option (there is --json)",
					 argv[optind - 1]);
		json = true;
	}
	if (argc - optind != 1)
		return bad_usage("inspect: one PID or PID file is expected, not %d", argc - optind);
	if (!process_proc_is_ours()) {
		complain("inspect: /proc is not mounted, or is that of another PID namespace");
		return STATUS_FAILED;
	}
	switch (pid_argument(argv[optind], &pid, &reason)) {
	case PID_ARGUMENT_BAD:
		return bad_usage("inspect: %s: not a PID (a number from 1 to %d)", argv[optind],
				 INT_MAX);
	case PID_ARGUMENT_BAD_FILE:
		return not_seen(pid, json, "pidfile", reason);
	case PID_ARGUMENT_ENDED:
		return not_seen(pid, json, "missing", reason);
	default:
		return inspect(pid, json);
	}
}
