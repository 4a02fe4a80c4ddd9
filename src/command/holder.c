// SPDX-License-Identifier: MIT
/* Finds the process that a PID file names, and how certain that is. */
#include "holder.h"

#include "../core/descendants.h"
#include "started.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	CONTENT_MAX = 4096,
	TRIES = 20 /* until nothing changes during the inspection */
};

#define EXPECTED "(a PID on its first line is expected)"

__attribute__((format(printf, 3, 4))) static void
conclude(struct holder *h, enum holder_state state, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	free(h->sentence);
	h->sentence = text_new_list(format, arguments);
	h->state = state;
	va_end(arguments);
}

/* The file. */

static const char *kind(mode_t mode)
{
	return S_ISDIR(mode)    ? "a directory"
	       : S_ISLNK(mode)  ? "a symbolic link, which is not followed"
	       : S_ISFIFO(mode) ? "a FIFO"
	       : S_ISSOCK(mode) ? "a socket"
				: "a device";
}

static bool is_regular(struct holder *h, const struct stat *st)
{
	if (S_ISREG(st->st_mode))
		return true;
	conclude(h, HOLDER_UNKNOWN, "cannot tell: it is %s (a regular file is expected)",
		 kind(st->st_mode));
	return false;
}

static bool not_opened(struct holder *h, int error)
{
	h->denied = error == EACCES || error == EPERM;
	if (error == ENOENT)
		conclude(h, HOLDER_NO_FILE, "not running, no such file");
	else
		conclude(h, HOLDER_UNKNOWN, "cannot tell: %s", strerror(error));
	return false;
}

/* Only regular files are opened: opening a device or FIFO may have effects. */
static bool open_file(struct holder *h, const char *path)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return not_opened(h, errno);
	if (!is_regular(h, &st))
		return false;
	h->fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (h->fd < 0 || fstat(h->fd, &st) < 0)
		return not_opened(h, errno);
	return is_regular(h, &st);
}

static bool is_text(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if ((unsigned char)text[i] < ' ' && !strchr("\t\n\r", text[i]))
			return false;
	return !memchr(text, '\0', size);
}

/* The PID on the first line, between blanks; 0 if there is none.  The line becomes a string. */
static pid_t parse(char **line)
{
	char *first = *line + strspn(*line, " \t");

	first[strcspn(first, "\n")] = '\0';
	for (size_t n = strlen(first); n > 0 && strchr(" \t\r", first[n - 1]); n--)
		first[n - 1] = '\0';
	*line = first;
	errno = 0;
	long number = strtol(first, NULL, 10);
	if (!*first || first[strspn(first, "0123456789")] || errno || number > INT_MAX)
		return 0;
	return (pid_t)number;
}

/* The PID in the file; or 0, and *problem becomes a new string that says what is wrong. */
static pid_t read_number(int fd, char **problem)
{
	char text[CONTENT_MAX + 2], *line = text;
	ssize_t n = pread(fd, text, CONTENT_MAX + 1, 0);

	*problem = NULL;
	text[n > 0 ? n : 0] = '\0';
	if (n < 0)
		*problem = text_new("it cannot be read: %s", strerror(errno));
	else if (n == 0)
		*problem = text_new("it is empty " EXPECTED);
	else if (n > CONTENT_MAX)
		*problem = text_new("it is larger than %d bytes " EXPECTED, CONTENT_MAX);
	else if (!is_text(text, (size_t)n))
		*problem = text_new("it is not text " EXPECTED);
	if (*problem)
		return 0;
	pid_t pid = parse(&line);
	if (pid == 0)
		*problem = text_new("\"%.40s\" is not a PID (a number from 1 to %d is expected)",
				    line, INT_MAX);
	return pid;
}

pid_t holder_number(const struct holder *h)
{
	char *problem;
	pid_t number = read_number(h->fd, &problem);

	free(problem);
	return number;
}

bool holder_is_still(const struct holder *h, const char *path)
{
	struct stat found, now;

	return fstat(h->fd, &found) == 0 && lstat(path, &now) == 0 && found.st_dev == now.st_dev &&
	       found.st_ino == now.st_ino;
}

/* The process. */

/*
 * The daemon may be in a child PID namespace, and have written its PID there.  Returns false if the
 * holder of the lock is another process.
 */
static bool is_in_inner_namespace(struct holder *h)
{
	int directory = process_open(h->other.pid);

	if (directory < 0)
		return false;
	if (h->other.pid == h->number || process_innermost_pid(directory) != h->number ||
	    locks_held_by(h->other.pid, directory, h->fd) != 1) {
		close(directory);
		return false;
	}
	close_quietly(h->directory);
	h->directory = directory;
	h->process = h->other;
	h->other.pid = 0;
	h->evidence = EVIDENCE_LOCK;
	conclude(h, HOLDER_RUNS,
		 "running, PID %d (%s; PID %d in its namespace), which holds the lock",
		 h->process.pid, h->process.name, h->number);
	return true;
}

/* The child of the process in front that has the PID in the file, in its own PID namespace. */
struct inner_child {
	pid_t number;
	int directory;
};

static void look_at_child(pid_t child, void *arg)
{
	struct inner_child *c = arg;
	int directory = child == c->number || c->directory >= 0 ? -1 : process_open(child);

	if (directory >= 0 && process_innermost_pid(directory) == c->number)
		c->directory = directory;
	else
		close_quietly(directory);
}

/*
 * The same for mode foreground-fork, where the process in front holds the lock
 * (parent_holds_lock()).
 */
static bool is_behind_inner_front(struct holder *h)
{
	struct inner_child child = {h->number, -1};

	descendants_list_children(h->other.pid, look_at_child, &child);
	if (child.directory < 0 || process_read(child.directory, &h->process) < 0) {
		close_quietly(child.directory);
		return false;
	}
	close_quietly(h->directory);
	h->directory = child.directory;
	h->evidence = EVIDENCE_LOCK;
	conclude(h, HOLDER_RUNS,
		 "running, PID %d (%s; PID %d in its namespace), whose parent, PID %d (%s), holds "
		 "the lock",
		 h->process.pid, h->process.name, h->number, h->other.pid, h->other.name);
	return true;
}

static bool is_starting(struct holder *h)
{
	if (h->locked == LOCKED_STARTING)
		conclude(h, HOLDER_UNKNOWN,
			 "cannot tell: a daemon has been starting with this file for some seconds");
	return h->locked == LOCKED_STARTING;
}

/* The PID is not the daemon's; why says so, for instance "PID 7 has ended". */
static void judge_without(struct holder *h, char *why)
{
	h->locked = locks_ask(h->fd);
	if (is_starting(h))
		;
	else if (h->locked != LOCKED_YES)
		conclude(h, HOLDER_DEAD, "not running, %s", why);
	else if (!locks_find_holder(h->fd, h->number, &h->other))
		conclude(h, HOLDER_DEAD,
			 "not running, %s; but a process that cannot be inspected holds the lock",
			 why);
	else if (!is_in_inner_namespace(h) && !is_behind_inner_front(h))
		conclude(h, HOLDER_DEAD, "not running, %s; but PID %d (%s) holds the lock", why,
			 h->other.pid, h->other.name);
	free(why);
}

/*
 * Does the process exist, though /proc does not show it?  /proc can be mounted to hide other users'
 * processes (hidepid): proc(5).
 */
static bool is_hidden(pid_t pid)
{
	if (kill(pid, 0) < 0 && errno != EPERM)
		return false;
	int directory = process_open(pid); /* the PID may be in use again */
	close_quietly(directory);
	return directory < 0;
}

static bool is_thread(int directory, pid_t pid)
{
	char owner[32];

	return process_status(directory, "Tgid", owner, sizeof owner) == 0 &&
	       strtol(owner, NULL, 10) != pid;
}

/* The reason why this existing process cannot be the daemon: a new string, or NULL. */
static char *why_not(const struct holder *h, int running)
{
	if (running < 0)
		return text_new("PID %d has ended (its parent has not collected its status)",
				h->number);
	if (h->process.kernel)
		return text_new("PID %d is a kernel thread (%s)", h->number, h->process.name);
	if (is_thread(h->directory, h->number))
		return text_new("PID %d is now a thread of another process (%s)", h->number,
				h->process.name);
	if (h->number == getpid())
		return text_new("PID %d is now this process itself", h->number);
	return NULL;
}

#define BECAUSE ", believed because the process started before the file was written"

const char *holder_belief(const struct holder *h)
{
	switch (h->locked) {
	case LOCKED_NO:
		return "not locked" BECAUSE;
	case LOCKED_YES:
		return "the holder of the lock cannot be inspected" BECAUSE;
	default:
		return "it is unknown whether the file is locked" BECAUSE;
	}
}

static void judge_by_time(struct holder *h)
{
	char *doubt = NULL;

	switch (started_judge(h->fd, h->directory, &h->process, &doubt)) {
	case STARTED_BEFORE:
		h->evidence = EVIDENCE_START_TIME;
		conclude(h, HOLDER_RUNS, "running, PID %d (%s); %s", h->number, h->process.name,
			 holder_belief(h));
		break;
	case STARTED_AFTER:
		judge_without(h, text_new("PID %d is now another process (%s), which started after "
					  "the file was written",
					  h->number, h->process.name));
		break;
	case STARTED_UNKNOWN:
		conclude(h, HOLDER_UNKNOWN,
			 "cannot tell: PID %d (%s) is not seen to hold the file's lock, and %s",
			 h->number, h->process.name, doubt);
		break;
	}
	free(doubt);
}

/*
 * In mode foreground-fork, the process in front holds the lock, and writes the PID of the daemon,
 * which is always one of its children.
 */
static bool parent_holds_lock(struct holder *h)
{
	int directory = process_open(h->process.parent);

	if (directory < 0)
		return false;
	bool held = locks_held_by(h->process.parent, directory, h->fd) == 1 &&
		    process_read(directory, &h->other) == 0;
	if (!held)
		h->other.pid = 0;
	close(directory);
	return held;
}

/* held: 1 the process holds the lock; 0 it does not; -1 it could not be inspected. */
static void judge_process(struct holder *h, int held)
{
	if (held == 1) {
		h->locked = LOCKED_YES;
		h->evidence = EVIDENCE_LOCK;
		conclude(h, HOLDER_RUNS, "running, PID %d (%s), which holds the lock", h->number,
			 h->process.name);
		return;
	}
	h->locked = locks_ask(h->fd);
	if (is_starting(h))
		return;
	bool in_front = h->locked == LOCKED_YES && parent_holds_lock(h);
	if (h->locked == LOCKED_YES && !in_front &&
	    locks_find_holder(h->fd, h->number, &h->other) &&
	    (is_in_inner_namespace(h) || is_behind_inner_front(h)))
		return;
	if (h->other.pid == h->number)
		h->other.pid = 0;
	judge_by_time(h);
	if (h->state != HOLDER_RUNS || !h->other.pid)
		return;
	if (in_front) {
		h->evidence = EVIDENCE_LOCK;
		conclude(h, HOLDER_RUNS,
			 "running, PID %d (%s), whose parent, PID %d (%s), holds the lock",
			 h->number, h->process.name, h->other.pid, h->other.name);
		return;
	}
	h->evidence = EVIDENCE_NONE;
	conclude(h, HOLDER_UNKNOWN,
		 "cannot tell: PID %d (%s) is not seen to hold the lock, but PID %d (%s) does",
		 h->number, h->process.name, h->other.pid, h->other.name);
}

static bool says_gone(int error)
{
	return error == ENOENT || error == ESRCH;
}

/* A process that cannot be read, for want of descriptors or memory, has not ended. */
static void judge_unread(struct holder *h, int error)
{
	h->denied = h->directory < 0 && (error == ENOENT || error == EACCES || error == EPERM) &&
		    is_hidden(h->number);
	if (h->denied)
		conclude(h, HOLDER_UNKNOWN, "cannot tell: PID %d cannot be inspected", h->number);
	else if (says_gone(error))
		judge_without(h, text_new("PID %d has ended", h->number));
	else
		conclude(h, HOLDER_UNKNOWN, "cannot tell: PID %d cannot be inspected: %s",
			 h->number, strerror(error));
}

static void judge(struct holder *h)
{
	h->directory = process_open(h->number);
	if (h->directory < 0 || process_read(h->directory, &h->process) < 0) {
		judge_unread(h, errno);
		return;
	}
	int running = process_running(h->directory, &h->process);
	if (running < 0 && !says_gone(errno)) {
		judge_unread(h, errno);
		return;
	}
	char *why = why_not(h, running);
	if (why)
		judge_without(h, why);
	else
		judge_process(h, locks_held_by(h->number, running, h->fd));
	close_quietly(running);
}

static void start_again(struct holder *h)
{
	close_quietly(h->directory);
	h->directory = -1;
	h->evidence = EVIDENCE_NONE;
	h->locked = LOCKED_UNKNOWN;
	h->denied = false;
	h->process.pid = h->other.pid = 0;
}

static bool is_alive(const struct holder *h)
{
	struct process now;

	if (process_read(h->directory, &now) < 0)
		return false;
	int running = process_running(h->directory, &now);
	close_quietly(running);
	return running >= 0;
}

/* Is the verdict's basis unchanged?  A process that has just ended holds no lock. */
static bool is_settled(const struct holder *h, const char *path)
{
	if (holder_number(h) != h->number)
		return false;
	if (h->state == HOLDER_DEAD)
		return holder_is_still(h, path);
	return h->directory < 0 || is_alive(h);
}

/* Reads the PID and judges it.  Returns true if the verdict is final. */
static bool look(struct holder *h, const char *path)
{
	char *problem;

	start_again(h);
	h->number = read_number(h->fd, &problem);
	if (h->number) {
		judge(h);
		return is_settled(h, path);
	}
	h->locked = locks_ask(h->fd); /* a starting daemon writes it now */
	conclude(h, HOLDER_UNKNOWN, "cannot tell: %s", problem);
	free(problem);
	return is_starting(h) || holder_number(h) == 0;
}

void holder_find(const char *path, struct holder *h)
{
	*h = (struct holder){.fd = -1, .directory = -1};
	for (int i = 0; i < TRIES; i++) {
		if (h->fd >= 0 && !holder_is_still(h, path)) {
			close(h->fd);
			h->fd = -1;
		}
		if ((h->fd < 0 && !open_file(h, path)) || look(h, path))
			return;
	}
	start_again(h);
	conclude(h, HOLDER_UNKNOWN, "cannot tell: the file keeps changing");
}

void holder_close(struct holder *h)
{
	close_quietly(h->fd);
	close_quietly(h->directory);
	free(h->sentence);
}
