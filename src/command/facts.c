// SPDX-License-Identifier: MIT
/* The facts that make a process a correct daemon or not, from /proc. */
#include "facts.h"

#include "ldpreload.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * /proc does not show subreapers.  But a process that does not lead its session was started by a
 * process in that session; if its parent is in another session, the parent has adopted it.
 */
static enum relation relation_of(const struct facts *f, pid_t parents_innermost_pid)
{
	const struct process *self = &f->self, *parent = &f->parent;

	if (parents_innermost_pid == 1)
		return RELATION_INIT;
	if (self->session == self->pid || (self->session == 0 && !f->initial))
		return RELATION_UNKNOWN;
	return self->session == parent->session ? RELATION_SESSION : RELATION_SUBREAPER;
}

/* If /proc hides other users' processes (hidepid), init is still known by its PID. */
static int find_parent(struct facts *f)
{
	pid_t pid = f->self.parent;
	int directory = process_open(pid);

	f->parent.pid = pid;
	if (directory < 0) {
		f->relation = pid == 1 ? RELATION_INIT : RELATION_UNKNOWN;
		return pid <= 1 ? 0 : -1;
	}
	int result = process_read(directory, &f->parent);
	f->relation = relation_of(f, process_innermost_pid(directory));
	close_quietly(directory);
	return result;
}

/* A leader's PID is not reused while its session, or group, exists. */
static void find_leaders(struct facts *f)
{
	if (f->self.session == 0 || process_find(f->self.session, &f->leader) < 0)
		f->leader = (struct process){0};
	if (f->self.group == 0 || process_find(f->self.group, &f->group_leader) < 0)
		f->group_leader = (struct process){0};
}

/* mountinfo writes space, tab, newline and backslash as \OOO: proc(5). */
static void unescape(char *text)
{
	char *to = text;

	for (; *text; text++) {
		if (text[0] == '\\' && strspn(text + 1, "01234567") >= 3) {
			*to++ = (char)((text[1] - '0') * 64 + (text[2] - '0') * 8 + text[3] - '0');
			text += 3;
		} else {
			*to++ = *text;
		}
	}
	*to = '\0';
}

/* ID PARENT MAJOR:MINOR ROOT MOUNT-POINT OPTIONS [TAG...] - TYPE SOURCE OPTIONS */
static void parse_mount(char *line, unsigned long long id, struct facts *f)
{
	char *field[5], *type, *source;

	for (size_t i = 0; i < 5; i++)
		field[i] = strsep(&line, " ");
	if (!line || strtoull(field[0], NULL, 10) != id)
		return;
	line = strstr(line, " - ");
	if (!line)
		return;
	line += strlen(" - ");
	type = strsep(&line, " ");
	source = strsep(&line, " ");
	if (!source)
		return;
	unescape(field[4]);
	unescape(source);
	snprintf(f->mount_point, sizeof f->mount_point, "%s", field[4]);
	snprintf(f->type, sizeof f->type, "%s", type);
	snprintf(f->source, sizeof f->source, "%s", source);
}

static int find_directory(int directory, struct facts *f)
{
	char *line = NULL;
	size_t room = 0;
	struct statx st;

	if (process_link(directory, "cwd", f->directory, sizeof f->directory) < 0)
		return -1;
	if (statx(directory, "cwd", AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_MNT_ID, &st) < 0 ||
	    !(st.stx_mask & STATX_MNT_ID))
		return 0; /* before Linux 5.8 */
	FILE *mounts = process_file(directory, "mountinfo");
	if (!mounts)
		return -1;
	while (getline(&line, &room, mounts) > 0)
		parse_mount(line, st.stx_mnt_id, f);
	free(line);
	fclose(mounts);
	return 0;
}

static int find_signals(int directory, const char *field, unsigned long long *signals)
{
	char value[64];

	if (process_status(directory, field, value, sizeof value) < 0)
		return -1;
	*signals = strtoull(value, NULL, 16);
	return 0;
}

static int find_status(int directory, struct facts *f)
{
	/* Linux has the field since 4.7. */
	if (process_status(directory, "Umask", f->umask, sizeof f->umask) < 0 && errno != ENODATA)
		return -1;
	if (find_signals(directory, "SigIgn", &f->ignored) < 0)
		return -1;
	return find_signals(directory, "SigBlk", &f->blocked);
}

/* A line ends in the file's path; nothing before that has a slash. */
static int find_library(int directory, struct facts *f)
{
	FILE *maps = process_file(directory, "maps");
	char *line = NULL;
	size_t room = 0;

	if (!maps)
		return -1;
	while (!f->library[0] && getline(&line, &room, maps) > 0) {
		const char *path = strchr(line, '/'), *base = strrchr(line, '/');

		line[strcspn(line, "\n")] = '\0';
		if (base && strncmp(base + 1, LIBRARY_NAME, strlen(LIBRARY_NAME)) == 0 &&
		    strchr(" ", base[1 + strlen(LIBRARY_NAME)]))
			snprintf(f->library, sizeof f->library, "%s", path);
	}
	free(line);
	fclose(maps);
	return 0;
}

/* The PID, followed by words that begin with colons (write_mark() in src/core/environment.c). */
static enum marker parse_marker(const char *value, pid_t pid)
{
	static const char foreground[] = ":foreground";
	char *rest;

	if (strtol(value, &rest, 10) != pid || (*rest && *rest != ':'))
		return MARKER_UNKNOWN;
	if (strncmp(rest, foreground, strlen(foreground)) == 0)
		return MARKER_FOREGROUND;
	return MARKER_DAEMON;
}

/*
 * /proc/PID/environ is the environment that execve(2) stored; environment_mark() writes the PID of
 * a daemon elsewhere.  So the file shows the state when the program was executed, and nothing
 * later.
 */
static int find_marker(int directory, struct facts *f)
{
	char value[256];

	f->marker = f->library[0] ? MARKER_UNKNOWN : MARKER_NONE;
	if (process_variable(directory, "DAEMONFIX_PID", value, sizeof value) < 0)
		return errno == ENODATA ? 0 : -1;
	enum marker marker = parse_marker(value, process_innermost_pid(directory));
	if (marker != MARKER_UNKNOWN)
		f->marker = marker;
	return 0;
}

static int find_rest(int directory, struct facts *f)
{
	if (process_link(directory, "exe", f->program, sizeof f->program) < 0 ||
	    find_directory(directory, f) < 0 || find_status(directory, f) < 0 ||
	    descriptors_find(directory, &f->self, &f->descriptors) < 0 ||
	    find_library(directory, f) < 0)
		return -1;
	f->supervisor = supervisor_find(directory, &f->self, &f->parent);
	return find_marker(directory, f);
}

/* Terminals are a problem for daemons and for processes in the foreground alike. */
static void judge_terminals(struct facts *f)
{
	f->problem[PROBLEM_TERMINAL] = f->self.terminal != 0;
	f->problem[PROBLEM_TERMINAL_SESSION] = !f->self.terminal && f->leader.terminal;
	for (int fd = 0; fd <= 2; fd++) {
		const struct descriptor *d = descriptors_get(&f->descriptors, fd);

		f->problem[PROBLEM_STDIN + fd] = d && d->terminal;
	}
}

static void judge(struct facts *f)
{
	bool *problem = f->problem;

	problem[PROBLEM_KERNEL] = f->self.kernel;
	problem[PROBLEM_ENDED] = f->bare && !f->self.kernel;
	problem[PROBLEM_INIT] = f->self.pid == 1 && f->initial;
	if (f->bare || problem[PROBLEM_INIT])
		return;
	judge_terminals(f);
	/* A supervisor's child has the right parent, and systemd makes it lead a session. */
	if (f->supervisor != SUPERVISOR_NONE)
		return;
	problem[PROBLEM_LEADER] = f->self.session == f->self.pid;
	/* Whether a leader's parent is a subreaper is unknown, but a leader is not correct anyway.
	 */
	problem[PROBLEM_PARENT] = f->relation == RELATION_SESSION ||
				  (f->relation == RELATION_UNKNOWN && !problem[PROBLEM_LEADER]);
}

int facts_find(int directory, struct facts *f)
{
	memset(f, 0, sizeof *f);
	f->initial = process_namespace_is_initial();
	if (process_read(directory, &f->self) < 0 || find_parent(f) < 0)
		return -1;
	find_leaders(f);
	int running = process_running(directory, &f->self);
	if (running < 0 && errno != ESRCH)
		return -1;
	f->bare = running < 0 || f->self.kernel;
	int result = f->bare ? 0 : find_rest(running, f);
	close_quietly(running);
	judge(f);
	return result;
}

enum verdict facts_verdict(const struct facts *f)
{
	for (size_t i = 0; i < PROBLEMS; i++)
		if (f->problem[i])
			return VERDICT_NOT_CORRECT;
	return f->supervisor == SUPERVISOR_NONE ? VERDICT_CORRECT : VERDICT_SUPERVISED;
}

void facts_free(struct facts *f)
{
	descriptors_free(&f->descriptors);
}
