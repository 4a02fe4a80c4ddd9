/* SPDX-License-Identifier: MIT */
#ifndef DAEMONIZE_H
#define DAEMONIZE_H

#include "settings.h"

/*
 * daemon(3) under the settings in force: forks or stays.  On failure, a message says whether a
 * setting is to blame.  Returns as daemon(3) does.
 */
int daemonize(int nochdir, int noclose);

/*
 * Called when a program starts, after its settings have been read: takes up an inherited PID file,
 * makes a daemon in mode background, and puts a process in front in mode foreground-fork.  Returns
 * 0, or -1 with errno set and a message written.
 */
int daemonize_at_start(void);

/*
 * Mode fix-fork, in the child that has a session of its own: applies the settings.  Returns 0, or
 * -1 with errno set and, if a setting is to blame, a message written.
 */
int daemonize_in_session(void);

struct launch_program;

/*
 * In modes background and foreground-fork: the daemon, or the program behind the process in front,
 * executes the program; in mode background the launching process then ends with status 0.  Returns
 * 1 with errno set if the program could not be executed, or -1 if no daemon could be made and a
 * message has been written.
 */
int daemonize_and_execute(struct launch_program *program);

#endif
