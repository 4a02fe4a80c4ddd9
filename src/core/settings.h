/* SPDX-License-Identifier: MIT */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The prefix of all our variables. */
#define SETTINGS_PREFIX "DAEMONFIX_"

/*
 * In mode fix-fork: the PID, with leading zeros, of the process whose first fork is meant; s
 * replaces f in the child of that fork, which has a session of its own.
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

/* What our settings have made of a process. */
enum standing {
	STANDING_ORDINARY,   /* nothing */
	STANDING_DAEMON,     /* we made it a daemon */
	STANDING_FOREGROUND, /* we kept it in the foreground */
};

/*
 * The parsed DAEMONFIX_PID: the standing of this process, and the PID file of the process that it
 * names.
 */
struct mark {
	enum standing standing;
	bool behind_front; /* in the foreground: the process in front (front.c) is the parent */
	/* settings have decided these, so daemon(3) does not change them */
	bool directory, output, error;
	/* mode fix-fork: whose first fork is meant; has_session: child of such a fork */
	enum claim { CLAIM_NONE, CLAIM_OWN, CLAIM_OTHERS } claim;
	bool has_session;
	bool forks; /* the first fork of a program that it executes is meant again */
	/* the address for reports of listen(2), see report.h; an empty string: none */
	char report[SETTINGS_REPORT_SIZE];
	const char *notify; /* NOTIFY_SOCKET becomes this; NULL: it stays */
	int fd;             /* the file's descriptor, inherited by children */
	const char *path;   /* NULL: none */
};

/* Read once from the environment.  A path is NULL where the variable is not set. */
struct settings {
	bool ignored; /* DAEMONFIX_ONLY names other programs: all else is default */
	struct mark mark;
	enum mode mode;
	bool verbose;
	bool close_fds;
	struct umask_setting {
		bool set; /* false: kept */
		mode_t mask;
	} umask;
	const char *directory, *output, *error, *pidfile;
	const char *ready;    /* in the syntax of when.h */
	long long timeout_ms; /* for ready; 0: not set, -1: no limit */
	/* addresses of the process that waits for this one, as in struct mark */
	const char *report, *notify;
	char problem[SETTINGS_PROBLEM_SIZE]; /* the message about the first bad variable */
};

/* Does text begin with prefix?  Also called at load in programs that have none of our variables. */
static inline bool settings_begins(const char *text, const char *prefix)
{
	while (*prefix && *text == *prefix)
		text++, prefix++;
	return !*prefix;
}

/* Reads the environment, on the first call only.  Returns whether it has any variable of ours. */
bool settings_read(void);

bool settings_are_read(void);

/*
 * Appends a setting to text in the form that messages show: DAEMONFIX_NAME=value, or the option
 * given to the command.  The command sets settings_as_given, which returns NULL for a setting from
 * the environment.
 */
extern const char *(*settings_as_given)(const char *name);
void settings_show(char *text, size_t size, const char *name, const char *value);

/* The settings of this process; the defaults, if none have been read. */
const struct settings *settings_get(void);

/*
 * Returns this process's mark once the settings have been applied; previous is the mark from
 * earlier settings, or NULL.
 */
struct mark settings_mark(const struct settings *s, enum standing as, const struct mark *previous);

/* The process in front of this one has the PID file. */
void settings_forget_pidfile(void);

/* Sets the addresses for reports if a process waits for this one; otherwise NULL. */
void settings_set_waiting(const char *report, const char *notify);

/* The settings have been applied: from now on the defaults are in force. */
void settings_consume(const struct mark *mark);

/* The name, after SETTINGS_PREFIX, of the first variable set that affects daemons; NULL: none. */
const char *settings_first(const struct settings *s);

/* Is entry, "DAEMONFIX_NAME=VALUE", allowed?  If not, writes the library's message to problem. */
bool settings_check(const char *entry, char problem[SETTINGS_PROBLEM_SIZE]);

/* The name of a mode, as in DAEMONFIX_MODE. */
const char *settings_mode_name(enum mode mode);

#endif
