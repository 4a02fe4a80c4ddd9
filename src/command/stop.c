// SPDX-License-Identifier: MIT
/*
 * daemonfix stop [-s SIGNAL] [-t SECONDS] [-g] PIDFILE: ends the daemon.
 *
 * It gets SIGTERM and, if it has not ended after some seconds, SIGKILL.  No other
 * process gets a signal: holder.h explains how the daemon is found, and target.h how a new process
 * with its PID is kept from getting the signal.
 *
 * Status, as in init scripts of the LSB: 0 it has ended, or was not running; 1 it has not ended, or
 * it is uncertain which process it is, and none gets a signal; 4 not permitted; 125 daemonfix
 * failed.
 */
#include "command.h"
#include "holder.h"
#include "output.h"
#include "pidargument.h"
#include "signals.h"
#include "target.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STATUS_STOPPED, STATUS_NOT_STOPPED, STATUS_NOT_PERMITTED = 4 };

enum {
	TERM_MS = 10 * 1000,
	KILL_MS = 5 * 1000,    /* for processes to end after SIGKILL */
	RELEASE_MS = 1 * 1000, /* at least, for other processes to release the lock */
	RELEASE_LOOK_MS = 20,
	MOST_SECONDS = 1000000
};

const char stop_usage[] = "usage: daemonfix stop [-s SIGNAL] [-t SECONDS] [-g] PIDFILE\n"
			  "\n"
			  "Ends the daemon of a PID file, and no other process.\n"
			  "\n"
			  "  -s SIGNAL   sends this signal instead of SIGTERM\n"
			  "  -t SECONDS  waits this long before SIGKILL (10)\n"
			  "  -g          signals the whole process group of the daemon\n";

#define HINT_GROUP " (-g ends the process group)"

struct order {
	const char *path;
	int signal;
	long long ms;
	bool group;
};

static int not_stopped(const struct order *o, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static int not_stopped(const struct order *o, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	char *reason = text_new_list(format, arguments);
	va_end(arguments);
	complain("%s: not stopped, %s", o->path, reason);
	free(reason);
	return STATUS_NOT_STOPPED;
}

/* "PID 7 (name)": a new string. */
static char *describe(const struct order *o, const struct target *t, const char *name)
{
	return o->group ? text_new("process group %d (%s)", t->group, name)
			: text_new("PID %d (%s)", t->pid, name);
}

static int not_signalled(const struct order *o, const char *who, int error)
{
	if (error == ENOSYS)
		return not_stopped(o, "the kernel lacks pidfd_open(2), which Linux 5.3 introduced");
	not_stopped(o, "%s: %s", who, strerror(error));
	return error == EPERM ? STATUS_NOT_PERMITTED : STATUS_NOT_STOPPED;
}

/* Sends the signal, and then SIGKILL if the process does not end.  *killed: SIGKILL was needed. */
static int end(const struct order *o, struct target *t, const char *who, bool *killed)
{
	long long until = target_now() + o->ms;

	*killed = false;
	if (target_signal(t, o->signal) < 0 && errno != ESRCH)
		return not_signalled(o, who, errno);
	if (target_wait(t, until))
		return STATUS_STOPPED;
	*killed = true;
	if (target_signal(t, SIGKILL) < 0 && errno != ESRCH)
		return not_signalled(o, who, errno);
	if (target_wait(t, target_now() + KILL_MS))
		return STATUS_STOPPED;
	return not_stopped(o, "%s has not ended %d s after SIGKILL", who, KILL_MS / 1000);
}

/* Removes this file and no other: the owner of the directory may replace it by a link. */
static void remove_file(const struct holder *h, const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	char *way = text_new("%.*s", (int)(name - path), path);
	int directory = open(slash ? way : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat st, file;

	if (directory >= 0 && fstatat(directory, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    fstat(h->fd, &file) == 0 && st.st_dev == file.st_dev && st.st_ino == file.st_ino)
		unlinkat(directory, name, 0);
	close_quietly(directory);
	free(way);
}

/*
 * Children, or the process in front, may hold the lock too, and end a little later; only then can
 * the daemon be started again.  Removes a file that the daemon has left behind, but only if it was
 * locked: another program may write to an unlocked file meanwhile.
 */
static bool is_released(const struct order *o, const struct holder *h, long long until)
{
	for (;;) {
		enum locked locked = locks_take(h->fd);
		bool same = holder_is_still(h, o->path) && holder_number(h) == h->number;

		if (locked == LOCKED_NO && same)
			remove_file(h, o->path);
		if (locked != LOCKED_YES || !same)
			return true;
		if (target_now() >= until)
			return false;
		usleep(RELEASE_LOOK_MS * 1000);
	}
}

static int not_released(const struct order *o, const struct holder *h, const char *who)
{
	struct process other;

	if (!locks_find_holder(h->fd, 0, &other))
		return not_stopped(o, "%s has ended, but another process holds the lock", who);
	return not_stopped(o, "%s has ended, but PID %d (%s) holds the lock%s", who, other.pid,
			   other.name,
			   !o->group && other.group == h->process.group ? HINT_GROUP : "");
}

static int end_and_report(const struct order *o, const struct holder *h, struct target *t,
			  const char *who)
{
	char name[SIGNAL_NAME_SIZE];
	long long until = target_now() + o->ms;
	bool killed;

	int status = end(o, t, who, &killed);
	if (status == STATUS_STOPPED && h->locked == LOCKED_YES) {
		long long least = target_now() + RELEASE_MS;

		if (!is_released(o, h, until > least ? until : least))
			status = not_released(o, h, who);
	}
	if (status != STATUS_STOPPED)
		return status;
	signals_name(o->signal, name);
	bool believed = h->evidence == EVIDENCE_START_TIME;
	say("%s: stopped, %s%s%s%s%s", o->path, who,
	    killed ? ", by SIGKILL, because it had not ended by " : "", killed ? name : "",
	    believed ? "; " : "", believed ? holder_belief(h) : "");
	return STATUS_STOPPED;
}

static bool is_good_group(const struct order *o, pid_t group, const struct process *p)
{
	if (p->group != group)
		not_stopped(o,
			    "PID %d (%s) does not lead its process group, %d (without -g, only "
			    "the process is stopped)",
			    p->pid, p->name, p->group);
	else if (group == getpgrp())
		not_stopped(o, "daemonfix itself is in process group %d", group);
	else
		return true;
	return false;
}

/* Stops the process with this directory in /proc or, on request, its process group. */
static int stop_process(const struct order *o, const struct holder *h, const struct process *p,
			int directory, pid_t group)
{
	struct target t;
	int status = STATUS_STOPPED;

	if (p->pid == 1)
		return not_stopped(o, "PID 1 is init, which gets no signal");
	if (o->group && !is_good_group(o, group, p))
		return STATUS_NOT_STOPPED;
	bool opened = target_open(&t, p->pid, directory, o->group ? group : 0) == 0;
	int error = errno;
	char *who = describe(o, &t, p->name);
	if (opened)
		status = end_and_report(o, h, &t, who);
	else if (error == ESRCH)
		say("%s: not running, %s has just ended", o->path, who);
	else
		status = not_signalled(o, who, error);
	free(who);
	target_close(&t);
	return status;
}

/* The daemon has ended, but another process, perhaps in its group, holds the lock. */
static int stop_rest(const struct order *o, const struct holder *h)
{
	bool theirs = h->other.pid && h->other.group == h->number;
	int directory = theirs && o->group ? process_open(h->other.pid) : -1;
	int status = STATUS_NOT_STOPPED;

	if (directory >= 0 && locks_held_by(h->other.pid, directory, h->fd) == 1) {
		status = stop_process(o, h, &h->other, directory, h->number);
	} else if (is_released(o, h, target_now() + RELEASE_MS)) {
		say("%s: not running, nobody holds the lock any more", o->path);
		status = STATUS_STOPPED;
	} else
		complain("%s: %s%s", o->path, h->sentence, theirs && !o->group ? HINT_GROUP : "");
	close_quietly(directory);
	return status;
}

static int stop(const struct order *o)
{
	struct holder h;
	int status = STATUS_STOPPED;

	holder_find(o->path, &h);
	if (h.state == HOLDER_RUNS)
		status = stop_process(o, &h, &h.process, h.directory, h.process.pid);
	else if (h.state == HOLDER_DEAD && h.locked == LOCKED_YES)
		status = stop_rest(o, &h);
	else if (h.state == HOLDER_UNKNOWN) {
		complain("%s: %s", o->path, h.sentence);
		status = h.denied ? STATUS_NOT_PERMITTED : STATUS_NOT_STOPPED;
	} else
		say("%s: %s", o->path, h.sentence);
	holder_close(&h);
	return status;
}

/* Parses seconds with decimals into milliseconds; returns -1 if text is no such number. */
static long long parse_seconds(const char *text)
{
	size_t whole = strspn(text, "0123456789");
	const char *point = text + whole;
	size_t decimals = *point == '.' ? strspn(point + 1, "0123456789") : 0;
	long long ms = 0;

	if (whole + decimals == 0 || point[*point == '.' ? decimals + 1 : 0])
		return -1;
	for (size_t i = 0; i < whole && ms <= MOST_SECONDS; i++)
		ms = ms * 10 + (text[i] - '0');
	if (ms > MOST_SECONDS)
		return -1;
	for (size_t i = 1; i <= 3; i++)
		ms = ms * 10 + (i <= decimals ? point[i] - '0' : 0);
	return ms;
}

static int apply(struct order *o, int option, char **argv)
{
	switch (option) {
	case 's':
		o->signal = signals_number(optarg);
		return o->signal ? 0
				 : bad_usage("stop: -s %s: no such signal (a name such as TERM, or "
					     "a number from 1 to %d)",
					     optarg, SIGRTMAX);
	case 't':
		o->ms = parse_seconds(optarg);
		return o->ms >= 0 ? 0
				  : bad_usage("stop: -t %s: not allowed (seconds from 0 to %d, "
					      "decimals allowed)",
					      optarg, MOST_SECONDS);
	case 'g':
		o->group = true;
		return 0;
	case ':':
		return bad_usage("stop: -%c: its value is missing", optopt);
	default:
		if (optopt)
			return bad_usage("stop: -%c: no such option (there are -s, -t, -g)",
					 optopt);
		return bad_usage("stop: %s: no such option (there are -s, -t, -g)",
				 argv[optind - 1]);
	}
}

int command_stop(int argc, char **argv)
{
	static const struct option options[] = {{"help", no_argument, NULL, 'h'}, {0}};
	struct order o = {.signal = SIGTERM, .ms = TERM_MS};
	int option, status = 0;

	opterr = 0;
	while (!status && (option = getopt_long(argc, argv, "+:s:t:gh", options, NULL)) != -1) {
		if (option == 'h')
			return show_usage(stop_usage);
		status = apply(&o, option, argv);
	}
	if (status)
		return status;
	if (argc - optind != 1 || !argv[optind][0])
		return bad_usage("stop: one PID file is expected, not %d",
				 argc - optind == 1 ? 0 : argc - optind);
	if (pid_argument_is_only_a_pid(argv[optind]))
		return bad_usage("stop: %s: a PID file is expected, not a PID (kill ends a process "
				 "by its PID)",
				 argv[optind]);
	if (!process_proc_is_ours()) {
		complain("stop: /proc is not mounted, or is that of another PID namespace");
		return STATUS_FAILED;
	}
	o.path = argv[optind];
	return stop(&o);
}
