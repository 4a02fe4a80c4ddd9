/* SPDX-License-Identifier: MIT */
/* The subcommands, and their exit statuses. */
#ifndef COMMAND_H
#define COMMAND_H

/* Exit statuses, as env(1), nohup(1) and timeout(1). */
enum {
	STATUS_FAILED = 125,     /* daemonfix itself */
	STATUS_CANNOT_RUN = 126, /* the program was found, but cannot be run (protected) */
	STATUS_NOT_FOUND = 127
};

/*
 * The subcommands: argv[0] is the subcommand's name.  Each returns the exit status, and has a file
 * of its own with its statuses at the top.  Each usage is "usage: ", the synopsis on one or more
 * lines, an empty line, and the rest.
 */
int command_run(int argc, char **argv);
int command_check(int argc, char **argv);
int command_try(int argc, char **argv);
int command_inspect(int argc, char **argv);
int command_stop(int argc, char **argv);
int command_status(int argc, char **argv);
int command_env(int argc, char **argv);

extern const char run_usage[], check_usage[], try_usage[], inspect_usage[], stop_usage[],
	status_usage[], env_usage[];

#endif
