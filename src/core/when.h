/* SPDX-License-Identifier: MIT */
#ifndef WHEN_H
#define WHEN_H

#include <stdbool.h>

/* One condition of DAEMONFIX_READY. */
struct when {
	enum when_kind {
		WHEN_BAD,
		WHEN_LISTEN, /* on any socket */
		WHEN_PORT,   /* listen:PORT */
		WHEN_PATH,   /* listen:/PATH */
		WHEN_NOTIFY,
		WHEN_ALIVE, /* alive:SECONDS */
	} kind;
	long long number; /* the port, or milliseconds */
	const char *path; /* in the list, length characters long */
	int length;
};

/*
 * Takes the first condition from a comma-separated list.  Returns false at the end of the list; an
 * empty list has one condition, WHEN_BAD.
 */
bool when_next(const char **list, struct when *w);

/* Does the list have a condition of this kind, or one that concerns sockets? */
bool when_has(const char *list, enum when_kind kind);
bool when_waits_for_listen(const char *list);

/*
 * Parses seconds, with decimals, into milliseconds; at most a year.  Returns the rest of text, or
 * NULL if text does not begin with a number or the number is too large.
 */
const char *when_seconds(const char *text, long long *ms);

#endif
