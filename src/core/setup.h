/* SPDX-License-Identifier: MIT */
#ifndef SETUP_H
#define SETUP_H

#include "environment.h"
#include "settings.h"

#include <stddef.h>

/* Where it failed. */
enum setup_step {
	SETUP_DONE, /* nowhere */
	SETUP_DIRECTORY,
	SETUP_STDFDS, /* /dev/null */
	SETUP_STDOUT,
	SETUP_STDERR,
	SETUP_ENVIRONMENT,
	SETUP_PIDFILE,
	SETUP_CLOSEFDS,
	SETUP_READY, /* what waits for it: ready.h */
};

/* What a daemon gets, opened before the first fork, where failing is still easy. */
struct setup {
	const struct settings *settings;
	int stdfds[3]; /* -1: stays */
	int directory; /* -1: stays */
	bool to_root;  /* or becomes "/" */
	mode_t umask;  /* what it was, once it has been set */
	pid_t was;     /* in mode background the process that was started: environment_mark() */
	int pidfile;   /* -1: none */
	pid_t holder;  /* of the PID file, if another process has it: 0 if unknown */
	struct environment_room room;
};

/* What is to stay as it is, unless a setting says otherwise. */
struct setup_keep {
	bool directory;
	bool stdfds[3];
};

/*
 * Opens all that the settings (which must outlive d) ask for, or else is not to be kept.
 * Returns SETUP_DONE, or the step that failed with errno set and nothing left open.
 */
enum setup_step setup_open(struct setup *d, const struct settings *s, struct setup_keep keep);

enum { SETUP_SPARE_MAX = 80 };

/*
 * In the process that is to have it, as a daemon or in the foreground: applies all but the
 * descriptors.  Returns SETUP_DONE, or the step that failed with errno set.  Async-signal-safe.
 */
enum setup_step setup_apply(struct setup *d);

/*
 * The last step, after which standard error is the daemon's.  spare are count descriptors that
 * DAEMONFIX_CLOSEFDS does not close.  Returns as setup_apply().
 */
enum setup_step setup_redirect(struct setup *d, const struct mark *mark, const int *spare,
			       size_t count);

/*
 * In the foreground, before it is put on: what the caller is to be again if that fails.  Which
 * setup_rollback() does; setup_discard() if all went well.
 */
enum { SETUP_SAVED_DIRECTORY = 3, SETUP_SAVED_FDS };
struct setup_saved {
	int fds[SETUP_SAVED_FDS]; /* copies of 0, 1, 2 that are to be replaced; the directory */
};
void setup_save(struct setup_saved *b, const struct setup *d);
void setup_rollback(struct setup_saved *b, const struct setup *d);
void setup_discard(struct setup_saved *b);

/* In the process that opened it for another one, which has it now: closes all. */
void setup_close(struct setup *d);

/* If it came to nothing: closes all, removes the PID file. */
void setup_abandon(struct setup *d);

/*
 * Appends to text which variable made the step fail, its value, and the reason (error is an
 * errno); nothing, if it was none of ours.
 */
void setup_explain(const struct setup *d, enum setup_step step, int error, char *text, size_t size);

#endif
