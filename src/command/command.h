/* SPDX-License-Identifier: MIT */
/* What the subcommands share: how they are called, and how they fail. */
#ifndef COMMAND_H
#define COMMAND_H

/* Exit statuses, as env(1), nohup(1) and timeout(1). */
enum {
	STATUS_FAILED = 125,     /* daemonfix itself */
	STATUS_CANNOT_RUN = 126, /* the program was found, and cannot be run (protected) */
	STATUS_NOT_FOUND = 127
};

/*
 * The subcommands: argv[0] is the subcommand's name.  Each returns the exit status; each has a
 * file of its own, and its own statuses at the top of that.
 */
int command_run(int argc, char **argv);
int command_check(int argc, char **argv);
int command_inspect(int argc, char **argv);
int command_env(int argc, char **argv);

/*
 * One line on standard output.  In it, and in those below, control characters and what is not
 * UTF-8 become \xNN (text.h): names and paths from outside can be passed as they are.
 */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "daemonfix: " and the message, as one line on standard error. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same, pointing to --help; returns STATUS_FAILED. */
int bad_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
