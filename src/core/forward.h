/* SPDX-License-Identifier: MIT */
/* Signals that the process in front has got are handed on to the daemon. */
#ifndef FORWARD_H
#define FORWARD_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct forward {
	pid_t daemon;     /* a child of this process, which is not collected yet */
	long long since;  /* when it became the daemon, in milliseconds */
	uint64_t sent;    /* to this daemon; signal n is bit n - 1 */
	uint64_t handled; /* of these: those that it had a handler for */
	uint64_t owed;    /* that it had no time for, and its successor gets */
	bool told_to_end; /* SIGTERM has been handed on */
	bool told_to_stop;
};

/* To whom signals go from now on. */
void forward_to(struct forward *f, pid_t daemon);

/* Hands one on, if the daemon has not got it already. */
void forward(struct forward *f, const siginfo_t *info);

/* If the daemon is stopped for a reason that concerns this process as well, this one stops, too. */
void forward_stop(struct forward *f);

/* The daemon has ended, and is not collected yet: which signals did it leave unanswered? */
void forward_note_undelivered(struct forward *f);

/* It has ended because it was told to, and not to leave its place to another process. */
bool forward_has_ended_service(const struct forward *f);

/* Its successor gets what it is owed. */
void forward_owed(struct forward *f);

#endif
