/* SPDX-License-Identifier: MIT */
/* How the process in front ends. */
#ifndef FAREWELL_H
#define FAREWELL_H

/* Ends what is left of this process's children, and what they leave: SIGTERM, 5 s, SIGKILL. */
void farewell_to_children(void);

/*
 * Ends this process as that one ended of which waitpid(2) has said wait_status: with its status, or
 * by the same signal, but without a core file.  PID 1, which no signal of its own ends, ends with
 * 128
 * + the signal.  All signals are blocked.
 */
_Noreturn void farewell(int wait_status);

#endif
