/* SPDX-License-Identifier: MIT */
/* How the process in front ends. */
#ifndef FAREWELL_H
#define FAREWELL_H

/* Ends this process's children, and the processes that these leave: SIGTERM, 5 s, SIGKILL. */
void farewell_to_children(void);

/*
 * Ends this process with the status in wait_status, as of waitpid(2), or by the signal in it, but
 * without a core file.  PID 1, which its own signals do not end, ends with 128 + the signal.  All
 * signals are blocked.
 */
_Noreturn void farewell(int wait_status);

#endif
