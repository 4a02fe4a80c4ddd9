/* SPDX-License-Identifier: MIT */
/* What a process sees of its own children.  They are still to be collected, so a PID is theirs. */
#ifndef FAMILY_H
#define FAMILY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Puts the PIDs of this process's children, living or ended, into pids: at most max, in the order
 * in which they became its children (thread by thread), and returns how many.  Async-signal-safe.
 */
enum { FAMILY_MAX = 512 };
size_t family_list(pid_t pids[], size_t max);

/*
 * The child that is the daemon if the one before is not any more: the eldest of those in the
 * session given, or else in another session than this process's, or else of all; but never except.
 * 0: there is none.
 */
pid_t family_eldest(pid_t session, pid_t except);

/* Is it a descendant of this process? */
bool family_descends(pid_t pid);

/* Is it on its way out, so that a signal may be lost on it? */
bool family_is_ending(pid_t pid);

/* Is it stopped? */
bool family_is_stopped(pid_t pid);

/*
 * Sets of signals in /proc/PID/status, by the name that they have there ("SigCgt"); signal n is bit
 * n - 1.  0 if it is not to be had.
 */
uint64_t family_signals(pid_t pid, const char *name);

#endif
