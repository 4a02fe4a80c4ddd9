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
	const char *path; /* of length characters, in the list */
	int length;
};

/*
 * Takes the first condition from a list of them, separated by commas.  Returns false at its end;
 * an empty list has one that is WHEN_BAD.
 */
bool when_next(const char **list, struct when *w);

/* Does the list have a condition of this kind, or of one that is about sockets? */
bool when_has(const char *list, enum when_kind kind);
bool when_waits_for_listen(const char *list);

/*
 * Seconds, decimals allowed, in milliseconds, at most a year's.  Returns what follows them, or NULL
 * if text does not begin with a number.
 */
const char *when_seconds(const char *text, long long *ms);

#endif
