/* SPDX-License-Identifier: MIT */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* What every variable of ours begins with. */
#define SETTINGS_PREFIX "DAEMONFIX_"

/*
 * In mode fix-fork: the PID, with all its zeros, of the process whose first fork is meant; s in the
 * place of f for a child of such a fork, which has its session.
 */
#define SETTINGS_CLAIM SETTINGS_PREFIX "PID=0000000:f"

enum { SETTINGS_PROBLEM_SIZE = 512, SETTINGS_REPORT_SIZE = 48 };

enum mode {
	MODE_FIX, /* the default, so zero */
	MODE_FIX_FORK,
	MODE_BACKGROUND,
	MODE_FOREGROUND,
	MODE_FOREGROUND_FORK,
	MODE_OFF,
	MODE_UNKNOWN, /* DAEMONFIX_MODE has an unknown value */
};

/* What a process has become. */
enum standing {
	STANDING_ORDINARY,   /* nothing */
	STANDING_DAEMON,     /* we made it a daemon */
	STANDING_FOREGROUND, /* we kept it in the foreground */
};

/* DAEMONFIX_PID: what it says of this process, and which PID file the one that it names holds. */
struct mark {
	enum standing standing;
	bool behind_front; /* of a process in the foreground: front.c's process is its parent */
	/* settings have decided these: daemon(3) leaves them alone */
	bool directory, output, error;
	/* mode fix-fork: whose first fork is meant, and is this the child of such a fork? */
	enum claim { CLAIM_NONE, CLAIM_OWN, CLAIM_OTHERS } claim;
	bool has_session;
	bool forks; /* and its first fork is meant again in what it executes */
	/* what listens is reported there, for report.h; an empty string: nowhere */
	char report[SETTINGS_REPORT_SIZE];
	const char *notify; /* NOTIFY_SOCKET becomes this; NULL: it stays */
	int fd;             /* the file's descriptor, inherited by children */
	const char *path;   /* NULL: none */
};

/* Read once from the environment.  A path is NULL where the variable is not set. */
struct settings {
	bool ignored; /* DAEMONFIX_ONLY names other programs: the rest are the defaults */
	struct mark mark;
	enum mode mode;
	bool verbose;
	bool close_fds;
	struct umask_setting {
		bool set; /* false: kept */
		mode_t mask;
	} umask;
	const char *directory, *output, *error, *pidfile;
	const char *ready;    /* when.h has its words */
	long long timeout_ms; /* for that; 0: not set, -1: without end */
	/* of the process that waits for this one: as in struct mark */
	const char *report, *notify;
	char problem[SETTINGS_PROBLEM_SIZE]; /* what to say of the first bad variable */
};

/* Does text begin with prefix?  At load, in programs that have none of our variables, too. */
static inline bool settings_begins(const char *text, const char *prefix)
{
	while (*prefix && *text == *prefix)
		text++, prefix++;
	return !*prefix;
}

/* Reads the environment, the first time that it is called.  Is any variable of ours there? */
bool settings_read(void);

bool settings_are_read(void);

/*
 * Appends to text how messages name a setting: DAEMONFIX_NAME=value, or as it was given to the
 * command.  That sets settings_as_given, which returns NULL for what is in the environment.
 */
extern const char *(*settings_as_given)(const char *name);
void settings_show(char *text, size_t size, const char *name, const char *value);

/* The settings of this process; the defaults, if none have been read. */
const struct settings *settings_get(void);

/*
 * What this process is when the settings have made it so; previous is what it was already by
 * earlier ones, or NULL.
 */
struct mark settings_mark(const struct settings *s, enum standing as, const struct mark *previous);

/* The process in front of this one has the PID file. */
void settings_forget_pidfile(void);

/* The address for reports, if a process waits for this one; otherwise NULL. */
void settings_set_waiting(const char *report, const char *notify);

/* They have done it: from now on the defaults are in force. */
void settings_consume(const struct mark *mark);

/* The name, after SETTINGS_PREFIX, of a variable that asks something of a daemon; NULL: none. */
const char *settings_first(const struct settings *s);

/*
 * Is entry, "DAEMONFIX_NAME=VALUE", allowed?  If not, problem is what the library would say of it.
 */
bool settings_check(const char *entry, char problem[SETTINGS_PROBLEM_SIZE]);

/* The name of a mode, as in DAEMONFIX_MODE. */
const char *settings_mode_name(enum mode mode);

#endif
