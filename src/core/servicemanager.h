/* SPDX-License-Identifier: MIT */
/* What a service manager such as systemd asks of, and tells, the process that it has started. */
#ifndef SERVICEMANAGER_H
#define SERVICEMANAGER_H

#include <sys/types.h>

/* The value of NOTIFY_SOCKET, or NULL. */
const char *servicemanager_socket(void);

/* Says READY=1 to the NOTIFY_SOCKET in the environment, if there is one: sd_notify(3). */
void servicemanager_tell_ready(void);

/*
 * LISTEN_PID and WATCHDOG_PID, where they are old's, become this process's: it goes on as the
 * program. Async-signal-safe.
 */
void servicemanager_rename(pid_t old);

#endif
