/* SPDX-License-Identifier: MIT */
#ifndef DAEMONIZE_H
#define DAEMONIZE_H

#include "settings.h"

/*
 * daemon(3) by the settings in force: forks or stays, and on failure says what a setting has to do
 * with it.  Returns as daemon(3).
 */
int daemonize(int nochdir, int noclose);

/*
 * What is to be done when a program starts whose settings have just been read: the PID file of
 * a process that has executed another program is taken up, and in mode background a daemon is
 * made.  Returns 0, or -1 with errno set and the reason told.
 */
int daemonize_at_start(void);

/*
 * Mode fix-fork, in a child that has its session: the settings apply to it.  Returns 0, or -1 with
 * errno set and the reason told.
 */
int daemonize_in_session(void);

/*
 * In mode background: the daemon executes a program, and the launching process ends with 0 when it
 * has.  Returns -1 there with errno set if it cannot be executed; or if no daemon could be made,
 * and the reason has been told.
 */
int daemonize_and_execute(const char *path, char **arguments);

#endif
