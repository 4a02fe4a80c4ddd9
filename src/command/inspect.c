// SPDX-License-Identifier: MIT
/*
 * daemonfix inspect [--json] PID: is that process a correct daemon?
 *
 * A correct daemon has no controlling terminal and cannot acquire one (it does not lead its
 * session), is not in the session of a terminal, has init or a subreaper for a parent, and none of
 * 0, 1 and 2 is a terminal.
 *
 * Status: 0 it is one; 1 it is not; 2 there is no such process, or it may not be looked at;
 * 125 daemonfix failed.
 *
 * --json prints one object.  What is unknown, or does not exist, is null (of zombies
 * and kernel threads: all from "directory" on).  Names and paths are strings as text.h says.
 * Fields may be added; these stay:
 *
 *   pid                     number
 *   name                    string: as ps(1) shows it
 *   program                 string: the executable file
 *   correct                 true or false: the verdict
 *   problems                array of strings, empty for a correct daemon:
 *                             "ended"                 a zombie
 *                             "kernel-thread"
 *                             "session-leader"        leads its session
 *                             "controlling-terminal"  has one
 *                             "terminal-session"      the leader of its session has one
 *                             "parent"                is neither init nor a subreaper
 *                             "stdin-terminal", "stdout-terminal", "stderr-terminal"
 *   session                 number; 0: outside this PID namespace
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
 *                             "unknown"    the process leads its session, so nobody can tell
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
 *                             "unknown"  none of the processes that may be looked at
 *     holder                object: one of the "foreign": pid, name, session
 *   umask                   string: octal
 *   ignored_signals         array of strings: "SIGPIPE", "SIGRTMIN+1"
 *   blocked_signals         array of strings, those of the main thread
 *   library                 string: the libdaemonfix.so that is loaded
 *   marker                  string: what DAEMONFIX_PID says of the process.  /proc shows the
 *                           environment as it was when the program was executed, so:
 *                             "daemon"      it had become a daemon before
 *                             "foreground"  it had been kept in the foreground before
 *                             "none"        neither, and the library is not loaded now
 *                             "unknown"     it may have become one since
 */
#include "command.h"
#include "facts.h"
#include "output.h"
#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STATUS_CORRECT, STATUS_NOT_CORRECT, STATUS_NOT_SEEN };

enum { TRIES = 100 }; /* until a process stays the same while it is looked at */

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

/* Is this a process, and not one of its threads?  /proc/TID is there, too. */
static bool is_process(int directory, pid_t pid)
{
	char owner[32];

	if (process_status(directory, "Tgid", owner, sizeof owner) < 0 ||
	    strtol(owner, NULL, 10) == pid)
		return true; /* if it has ended, that is seen later */
	complain("%d: is a thread, not a process (inspect its process, %s)", pid, owner);
	return false;
}

static int not_seen(pid_t pid, int error)
{
	/* /proc may hide the processes of others (hidepid). */
	if (error == ENOENT && (kill(pid, 0) == 0 || errno == EPERM))
		error = EACCES;
	switch (error) {
	case ENOENT:
		complain("%d: no such process", pid);
		return STATUS_NOT_SEEN;
	case ESRCH:
		complain("%d: no such process: it has just ended", pid);
		return STATUS_NOT_SEEN;
	case EACCES:
	case EPERM:
		complain("%d: not permitted to look at this process (be its user, or root with "
			 "CAP_SYS_PTRACE)",
			 pid);
		return STATUS_NOT_SEEN;
	default:
		complain("%d: cannot look at this process: %s", pid, strerror(error));
		return STATUS_FAILED;
	}
}

static int inspect(pid_t pid, bool json)
{
	static struct facts facts; /* too large for a stack */
	int directory = process_open(pid);

	if (directory < 0)
		return not_seen(pid, errno);
	if (!is_process(directory, pid)) {
		close(directory);
		return STATUS_NOT_SEEN;
	}
	int result = look(directory, &facts);
	int saved_errno = errno;
	close(directory);
	if (result < 0) {
		facts_free(&facts);
		return not_seen(pid, saved_errno);
	}
	if (json)
		report_json(&facts);
	else
		report_table(&facts);
	facts_free(&facts);
	return facts_are_good(&facts) ? STATUS_CORRECT : STATUS_NOT_CORRECT;
}

/* 0 if it is none. */
static pid_t parse_pid(const char *text)
{
	errno = 0;
	long pid = strtol(text, NULL, 10);

	if (text[strspn(text, "0123456789")] || errno || pid > INT_MAX)
		return 0;
	return (pid_t)pid;
}

/* In another PID namespace's /proc, PIDs would mean other processes. */
static bool proc_is_ours(void)
{
	char text[32] = "";

	return process_link(AT_FDCWD, "/proc/self", text, sizeof text) == 0 &&
	       parse_pid(text) == getpid();
}

int command_inspect(int argc, char **argv)
{
	static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {0}};
	bool json = false;
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option != 'j')
			return bad_usage("inspect: %s: no such option (there is --json)",
					 argv[optind - 1]);
		json = true;
	}
	if (argc - optind != 1)
		return bad_usage("inspect: one PID is expected, not %d", argc - optind);
	pid_t pid = parse_pid(argv[optind]);
	if (pid == 0)
		return bad_usage("inspect: %s: not a PID (a number from 1 to %d)", argv[optind],
				 INT_MAX);
	if (!proc_is_ours()) {
		complain("inspect: /proc is not mounted, or is that of another PID namespace");
		return STATUS_FAILED;
	}
	return inspect(pid, json);
}
