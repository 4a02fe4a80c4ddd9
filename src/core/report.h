/* SPDX-License-Identifier: MIT */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

/*
 * In a daemon that is not yet ready: reports its calls of listen(2) and bind(2).  Only while
 * report_due is true is anything reported.
 */
extern bool report_due;

/*
 * Reports go to the process that launched the daemon, at the socket of notify.h with that name.
 * pipe is the inode number of the pipe that replaces /dev/null as standard output or error, or 0.
 * /dev/null comes back when the program listens on a socket that has a port or, with until_any, on
 * any socket: most servers with both kinds open their Unix sockets first, and may still fail.
 */
void report_to_launcher(const char *name, ino_t pipe, bool until_any);

/* The recipient as one word, for programs that the daemon executes; NULL if there is none. */
const char *report_target(void);
void report_resume(const char *text);

/*
 * In the foreground: sends READY=1 to the service manager's NOTIFY_SOCKET (NULL: there is none) as
 * soon as a condition in when holds.
 */
void report_to_manager(const char *socket, const char *when);

/* Has the socket no port yet?  The kernel then chooses the port that it will listen on. */
bool report_is_unbound(int fd);

/* Reports a successful listen(2). */
void report_listen(int fd, bool was_unbound);

/* Reports a successful bind(2). */
void report_bind(int fd, const struct sockaddr *wanted, socklen_t size);

#endif
