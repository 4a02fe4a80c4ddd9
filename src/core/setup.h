/* SPDX-License-Identifier: MIT */
#ifndef SETUP_H
#define SETUP_H

#include "environment.h"
#include "settings.h"

#include <stddef.h>

/* The step that failed. */
enum setup_step {
	SETUP_DONE, /* nowhere */
	SETUP_DIRECTORY,
	SETUP_STDFDS, /* /dev/null */
	SETUP_STDOUT,
	SETUP_STDERR,
	SETUP_ENVIRONMENT,
	SETUP_PIDFILE,
	SETUP_CLOSEFDS,
	SETUP_READY, /* waiting until the daemon is ready: ready.h */
};

/* A daemon's directory and files, opened before the first fork, where failing is easy. */
struct setup {
	const struct settings *settings;
	int stdfds[3]; /* -1: stays */
	int directory; /* -1: stays */
	bool to_root;  /* true: becomes "/" */
	mode_t umask;  /* the previous umask, once it has been changed */
	pid_t was;     /* in mode background, the process that was started: environment_mark() */
	int pidfile;   /* -1: none */
	pid_t holder;  /* the other process that holds the PID file; 0: unknown */
	struct environment_room room;
};

/* true: stays as it is, unless a setting says otherwise. */
struct setup_keep {
	bool directory;
	bool stdfds[3];
};

/*
 * Opens all that the settings (which must outlive d) ask for, and defaults for all that keep does
 * not keep.  Returns SETUP_DONE, or the step that failed with errno set and nothing left open.
 */
enum setup_step setup_open(struct setup *d, const struct settings *s, struct setup_keep keep);

enum { SETUP_SPARE_MAX = 80 };

/*
 * In the process that becomes the daemon or stays in the foreground: applies all but the
 * descriptors.  Returns SETUP_DONE, or the step that failed with errno set.  Async-signal-safe,
 * except that environment_reserve() may not be.
 */
enum setup_step setup_apply(struct setup *d);

/*
 * The last step; standard error is the daemon's after it.  DAEMONFIX_CLOSEFDS does not close the
 * count descriptors in spare.  Returns as setup_apply().
 */
enum setup_step setup_redirect(struct setup *d, const struct mark *mark, const int *spare,
			       size_t count);

/*
 * In the foreground, before setup_apply(): saves what the caller must get back if that fails.  Then
 * setup_rollback() restores it; otherwise setup_discard() drops it.
 */
enum { SETUP_SAVED_DIRECTORY = 3, SETUP_SAVED_FDS };
struct setup_saved {
	int fds[SETUP_SAVED_FDS]; /* copies of those of 0, 1, 2 that will be replaced; the directory
				   */
};
void setup_save(struct setup_saved *b, const struct setup *d);
void setup_rollback(struct setup_saved *b, const struct setup *d);
void setup_discard(struct setup_saved *b);

/* In the process that opened d for another process, which now has it: closes all. */
void setup_close(struct setup *d);

/* On failure: closes all and removes the PID file. */
void setup_abandon(struct setup *d);

/*
 * Appends to text the variable that made the step fail, its value, and the reason (error is an
 * errno); nothing if no variable of ours is to blame.
 */
void setup_explain(const struct setup *d, enum setup_step step, int error, char *text, size_t size);

#endif
