/* SPDX-License-Identifier: MIT */
/* Ends the process in front. */
#ifndef FAREWELL_H
#define FAREWELL_H

/* Ends this process's children and the processes that they leave: SIGTERM, 5 s, SIGKILL. */
void farewell_to_children(void);

/*
 * Ends this process with the exit status in wait_status, which is that of waitpid(2), or by the
 * signal in it, but without a core file.  PID 1, which its own signals do not end, exits with 128 +
 * the signal.  All signals are blocked.
 */
_Noreturn void farewell(int wait_status);

#endif
