/* SPDX-License-Identifier: MIT */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>

/* What every variable of ours begins with. */
#define SETTINGS_PREFIX "DAEMONFIX_"

enum mode {
	MODE_FIX,
	MODE_BACKGROUND,
	MODE_FOREGROUND,
	MODE_OFF,
	MODE_UNKNOWN, /* DAEMONFIX_MODE has a value that nobody knows */
};

/* What DAEMONFIX_PID says of this very process. */
enum standing {
	STANDING_ORDINARY,   /* nothing: it is unset, or names another process */
	STANDING_DAEMON,     /* it was made a daemon, and has executed a program since */
	STANDING_FOREGROUND, /* it was kept in the foreground, and has executed a program since */
};

/* Read once from the environment. */
struct settings {
	enum mode mode;
	enum standing standing;
	bool apply; /* false: DAEMONFIX_ONLY names other programs, the rest are defaults */
	bool verbose;
	char problem[512]; /* what to say of the first bad variable; empty: all are good */
};

/* The settings of this process.  The first call, at load, reads the environment. */
const struct settings *settings_get(void);

/*
 * They have made a daemon of this process, or kept it in the foreground: from now on the
 * defaults are in force, for what else it does and for its children.
 */
void settings_consume(void);

#endif
