/* SPDX-License-Identifier: MIT */
/* Forwards signals from the process in front to the daemon. */
#ifndef FORWARD_H
#define FORWARD_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct forward {
	pid_t daemon;     /* a child of this process, not yet reaped */
	long long since;  /* when it became the daemon, in milliseconds */
	uint64_t sent;    /* to this daemon; signal n is bit n - 1 */
	uint64_t handled; /* of these, the signals that it had a handler for */
	uint64_t owed;    /* signals that it had no time for; its successor gets them */
	bool told_to_end; /* SIGTERM has been forwarded */
	bool told_to_stop;
};

/* From now on, signals are forwarded to this process. */
void forward_to(struct forward *f, pid_t daemon);

/* Forwards a signal, unless the daemon has already received it. */
void forward(struct forward *f, const siginfo_t *info);

/* If the daemon has stopped for a reason that concerns this process as well, stops this process. */
void forward_stop(struct forward *f);

/* The daemon has ended and is not yet reaped: notes the signals that it left unhandled. */
void forward_note_undelivered(struct forward *f);

/* Has the daemon ended because it was told to, and not to leave its place to another process? */
bool forward_has_ended_service(const struct forward *f);

/* Sends the successor the signals that it is owed. */
void forward_owed(struct forward *f);

#endif
