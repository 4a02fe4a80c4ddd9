/* SPDX-License-Identifier: MIT */
/* Signals by name. */
#ifndef SIGNALS_H
#define SIGNALS_H

enum { SIGNAL_NAME_SIZE = 16 };

/*
 * The signal that is called text, in any case: a number, or a name as "TERM", "SIGTERM", "RTMIN+1"
 * or "RTMAX-1".  0 if there is none.
 */
int signals_number(const char *text);

/* "SIGTERM", "SIGRTMIN+1"; the number, if it has no name. */
void signals_name(int number, char name[SIGNAL_NAME_SIZE]);

#endif
