/* SPDX-License-Identifier: MIT */
/* Signals by name. */
#ifndef SIGNALS_H
#define SIGNALS_H

enum { SIGNAL_NAME_SIZE = 16 };

/*
 * The signal called text, in upper or lower case: a number, or a name such as "TERM", "SIGTERM",
 * "RTMIN+1" or "RTMAX-1".  Returns 0 if there is none.
 */
int signals_number(const char *text);

/* Writes "SIGTERM" or "SIGRTMIN+1", or the number if the signal has no name. */
void signals_name(int number, char name[SIGNAL_NAME_SIZE]);

#endif
