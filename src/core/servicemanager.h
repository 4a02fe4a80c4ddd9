/* SPDX-License-Identifier: MIT */
/* The protocol between a service manager such as systemd and the process that it started. */
#ifndef SERVICEMANAGER_H
#define SERVICEMANAGER_H

#include <sys/types.h>

/* The value of NOTIFY_SOCKET, or NULL. */
const char *servicemanager_socket(void);

/* Sends READY=1 to the NOTIFY_SOCKET in the environment, if there is one: sd_notify(3). */
void servicemanager_tell_ready(void);

/*
 * LISTEN_PID and WATCHDOG_PID that hold old are changed to this process's PID, because this process
 * goes on as the program.  Async-signal-safe.
 */
void servicemanager_rename(pid_t old);

#endif
