/* SPDX-License-Identifier: MIT */
#ifndef DRESS_H
#define DRESS_H

#include "environment.h"
#include "settings.h"

#include <stddef.h>

/* Where it failed. */
enum dress_step {
	DRESSED, /* nowhere */
	DRESS_DIRECTORY,
	DRESS_STDFDS, /* /dev/null */
	DRESS_STDOUT,
	DRESS_STDERR,
	DRESS_ENVIRONMENT,
	DRESS_PIDFILE,
	DRESS_CLOSEFDS,
};

/* What a daemon gets, opened before the first fork, where failing is still easy. */
struct dress {
	const struct settings *settings;
	int stdfds[3]; /* -1: stays */
	int directory; /* -1: stays */
	int pidfile;   /* -1: none */
	pid_t holder;  /* of the PID file, if another process has it: 0 if unknown */
	struct environment_room room;
};

/* What is to stay as it is, unless a setting says otherwise. */
struct dress_keep {
	bool directory;
	bool stdfds[3];
};

/*
 * Opens all that the settings (which must outlive d) ask for, or else is not to be kept.
 * Returns DRESSED, or the step that failed with errno set and nothing left open.
 */
enum dress_step dress_open(struct dress *d, const struct settings *s, struct dress_keep keep);

enum { DRESS_SPARE_MAX = 80 };

/*
 * In the process that is to wear it, as a daemon or in the foreground: puts all on but the
 * descriptors.  Returns DRESSED, or the step that failed with errno set.  Async-signal-safe.
 */
enum dress_step dress_put_on(struct dress *d);

/*
 * The last step, after which standard error is the daemon's.  spare are count descriptors that
 * DAEMONFIX_CLOSEFDS does not close.  Returns as dress_put_on().
 */
enum dress_step dress_redirect(struct dress *d, const struct mark *mark, const int *spare,
			       size_t count);

/*
 * In the foreground, before it is put on: what the caller is to be again if that fails.  Which
 * dress_restore() does; dress_forget() if all went well.
 */
enum { DRESS_BEFORE_DIRECTORY = 3, DRESS_BEFORE_FDS };
struct dress_before {
	int fds[DRESS_BEFORE_FDS]; /* copies of 0, 1, 2 that are to be replaced; the directory */
	mode_t mask;
};
void dress_remember(struct dress_before *b, const struct dress *d);
void dress_restore(struct dress_before *b);
void dress_forget(struct dress_before *b);

/* In the process that opened it for another one, which wears it now: closes all. */
void dress_leave(struct dress *d);

/* If it came to nothing: closes all, removes the PID file. */
void dress_abandon(struct dress *d);

/*
 * Appends to text which variable made the step fail, its value, and the reason (error is an
 * errno); nothing, if it was none of ours.
 */
void dress_explain(const struct dress *d, enum dress_step step, int error, char *text, size_t size);

#endif
