// SPDX-License-Identifier: MIT
/* The parts of a daemon besides its session: stdio, directory, PID file, umask, environment. */
#include "setup.h"

#include "closefds.h"
#include "descriptor.h"
#include "environment.h"
#include "family.h"
#include "lockholder.h"
#include "message.h"
#include "pidfile.h"
#include "refusal.h"
#include "safeopen.h"
#include "stdfds.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NO_UMASK = 010000 };

/* 0, 1 and 2 may share one descriptor. */
static void close_stdfds(int fds[3])
{
	for (int i = 0; i < 3; i++) {
		int fd = fds[i];

		for (int j = i; fd >= 0 && j < 3; j++)
			if (fds[j] == fd)
				fds[j] = -1;
		descriptor_close(&fd);
	}
}

static enum setup_step open_null(int fds[3], const bool keep[3])
{
	if (keep[0] && keep[1] && keep[2])
		return SETUP_DONE;

	int null = stdfds_open_null();
	for (int i = 0; i < 3; i++)
		fds[i] = keep[i] ? -1 : null;
	return null < 0 ? SETUP_STDFDS : SETUP_DONE;
}

/* fds[i] may already be a /dev/null that other entries share. */
static bool open_log(int fds[3], int i, const char *path)
{
	int log = stdfds_open_log(path);
	bool was_last = fds[i] >= 0 && fds[(i + 1) % 3] != fds[i] && fds[(i + 2) % 3] != fds[i];

	if (log < 0)
		return false;
	if (was_last)
		close(fds[i]);
	fds[i] = log;
	return true;
}

static enum setup_step open_stdfds(int fds[3], const bool keep[3], const struct settings *s)
{
	if (open_null(fds, keep) != SETUP_DONE)
		return SETUP_STDFDS;
	if (s->output && !open_log(fds, 1, s->output))
		return SETUP_STDOUT;
	if (s->error && !open_log(fds, 2, s->error))
		return SETUP_STDERR;
	/* One open file description for both: separate ones would diverge in a FIFO or a device. */
	if (s->output && s->error && stdfds_same(fds[1], fds[2])) {
		close(fds[2]);
		fds[2] = fds[1];
	}
	return SETUP_DONE;
}

/* Opening "." checks the permission that fchdir(2) needs, for the effective user as fchdir does. */
static bool may_enter(int directory)
{
	int fd = openat(directory, ".", O_PATH | O_CLOEXEC);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

static enum setup_step open_all(struct setup *d, const struct setup_keep *keep)
{
	const struct settings *s = d->settings;

	enum setup_step step = open_stdfds(d->stdfds, keep->stdfds, s);
	if (step != SETUP_DONE)
		return step;
	d->to_root = !s->directory && !keep->directory;
	if (s->directory) {
		d->directory = descriptor_above_stdio(
			open(s->directory, O_PATH | O_DIRECTORY | O_CLOEXEC));
		if (d->directory < 0 || !may_enter(d->directory))
			return SETUP_DIRECTORY;
	}
	/* Last, because this step leaves a trace. */
	if (s->pidfile) {
		d->pidfile = pidfile_open(s->pidfile, &d->holder);
		if (d->pidfile < 0)
			return SETUP_PIDFILE;
	}
	return SETUP_DONE;
}

enum setup_step setup_open(struct setup *d, const struct settings *s, struct setup_keep keep)
{
	*d = (struct setup){.settings = s,
			    .stdfds = {-1, -1, -1},
			    .directory = -1,
			    .pidfile = -1,
			    .umask = NO_UMASK};

	enum setup_step step = open_all(d, &keep);
	if (step != SETUP_DONE)
		setup_abandon(d);
	return step;
}

static int close_others(const struct setup *d, const int *spare, size_t count)
{
	const int own[] = {d->pidfile, d->directory, d->stdfds[0], d->stdfds[1], d->stdfds[2]};
	int all[SETUP_SPARE_MAX + sizeof own / sizeof own[0]];

	if (count > SETUP_SPARE_MAX) {
		errno = EINVAL;
		return -1;
	}
	memcpy(all, own, sizeof own);
	if (count > 0)
		memcpy(all + sizeof own / sizeof own[0], spare, count * sizeof all[0]);
	return close_fds_but(all, sizeof own / sizeof own[0] + count);
}

enum setup_step setup_apply(struct setup *d)
{
	const struct settings *s = d->settings;

	/* DAEMONFIX_PID tells programs that are executed later about the file */
	if (d->pidfile >= 0 && pidfile_take(&d->pidfile, s->pidfile, settings_are_read()) < 0)
		return SETUP_PIDFILE;
	if (settings_are_read() && environment_reserve(&d->room) < 0)
		return SETUP_ENVIRONMENT;
	if (d->directory >= 0 && fchdir(d->directory) < 0)
		return SETUP_DIRECTORY;
	descriptor_close(&d->directory);
	/* Tolerated, as by libc's daemon(3): a process in a chroot may be unable to enter "/". */
	if (d->to_root && chdir("/") < 0)
		d->to_root = false;
	if (s->umask.set)
		d->umask = umask(s->umask.mask);
	return SETUP_DONE;
}

/* The irreversible steps come last: in the foreground, they close the caller's descriptors. */
enum setup_step setup_redirect(struct setup *d, const struct mark *mark, const int *spare,
			       size_t count)
{
	if (stdfds_replace(d->stdfds) < 0)
		return SETUP_STDFDS;
	if (d->settings->close_fds && close_others(d, spare, count) < 0)
		return SETUP_CLOSEFDS;
	close_stdfds(d->stdfds);
	if (settings_are_read())
		environment_mark(&d->room, d->settings, mark, d->was);
	return SETUP_DONE;
}

void setup_save(struct setup_saved *b, const struct setup *d)
{
	for (int i = 0; i < 3; i++)
		b->fds[i] = d->stdfds[i] < 0 ? -1 : fcntl(i, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	b->fds[SETUP_SAVED_DIRECTORY] = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
}

void setup_rollback(struct setup_saved *b, const struct setup *d)
{
	int saved_errno = errno;

	int back = fchdir(b->fds[SETUP_SAVED_DIRECTORY]);
	(void)back; /* best effort */
	for (int i = 0; i < 3; i++)
		if (b->fds[i] >= 0)
			dup2(b->fds[i], i);
	if (d->umask != NO_UMASK)
		umask(d->umask);
	setup_discard(b);
	errno = saved_errno;
}

void setup_discard(struct setup_saved *b)
{
	for (int i = 0; i < SETUP_SAVED_FDS; i++)
		descriptor_close(&b->fds[i]);
}

void setup_abandon(struct setup *d)
{
	int saved_errno = errno;

	if (d->pidfile >= 0)
		pidfile_abandon(d->pidfile, d->settings->pidfile);
	d->pidfile = -1;
	setup_close(d);
	errno = saved_errno;
}

void setup_close(struct setup *d)
{
	int saved_errno = errno;

	descriptor_close(&d->pidfile);
	close_stdfds(d->stdfds);
	descriptor_close(&d->directory);
	errno = saved_errno;
}

static void explain(const char *name, const char *value, const char *reason, char *text,
		    size_t size)
{
	char shown[512] = ""; /* a long path must not hide the reason */

	if (!value)
		return;
	settings_show(shown, sizeof shown, name, value);
	message_append(text, size, shown, ": ", reason);
}

/* Children of a daemon that has ended may still hold its lock. */
static void append_holder(const char *path, pid_t holder, char *text, size_t size)
{
	char decimal[DECIMAL_SIZE];

	if (holder <= 0) {
		message_append(text, size, "locked by another process");
		return;
	}
	if (!family_is_ending(holder)) {
		message_append(text, size, "already running, PID ",
			       message_decimal(decimal, holder));
		return;
	}
	message_append(text, size, "PID ", message_decimal(decimal, holder),
		       " has ended, but its lock is still held by ");
	pid_t other = lockholder_find(path);
	message_append(text, size, other ? "PID " : "a process that cannot be seen",
		       other ? message_decimal(decimal, other) : "");
}

static void explain_pidfile(const struct setup *d, int error, char *text, size_t size)
{
	const char *reason = refusal_reason(d->settings->pidfile, error);
	char holder[128] = "";

	if (error == EEXIST) {
		append_holder(d->settings->pidfile, d->holder, holder, sizeof holder);
		reason = holder;
	} else if (error == ELOOP) {
		reason = "must not be a symbolic link";
	} else if (error == EINVAL) {
		reason = "is not a regular file";
	} else if (error == EBADMSG) {
		reason = "does not begin with a PID, so it is not overwritten";
	}
	explain("PIDFILE", d->settings->pidfile, reason, text, size);
}

void setup_explain(const struct setup *d, enum setup_step step, int error, char *text, size_t size)
{
	const struct settings *s = d->settings;
	const char *reason = strerror(error);

	switch (step) {
	case SETUP_DIRECTORY:
		explain("CHDIR", s->directory, reason, text, size);
		break;
	case SETUP_STDOUT:
		explain("STDOUT", s->output, refusal_reason(s->output, error), text, size);
		break;
	case SETUP_STDERR:
		explain("STDERR", s->error, refusal_reason(s->error, error), text, size);
		break;
	case SETUP_PIDFILE:
		explain_pidfile(d, error, text, size);
		break;
	case SETUP_CLOSEFDS:
		explain("CLOSEFDS", "1", reason, text, size);
		break;
	case SETUP_READY:
		explain("READY", s->ready, reason, text, size);
		break;
	case SETUP_DONE:
	case SETUP_STDFDS:
	case SETUP_ENVIRONMENT:
		break;
	}
}
