/* SPDX-License-Identifier: MIT */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

/*
 * In a daemon that has yet to be ready: to whom its calls of listen(2) and bind(2) are reported.
 * While report_due is false, nothing is.
 */
extern bool report_due;

/*
 * To the process that has launched it, at notify.h's socket of that name.  pipe is the inode number
 * of the pipe that is its standard output or error in the place of /dev/null, or 0.  That ends when
 * the program listens on a socket that has a port, or, with until_any, on any: most servers that
 * have both open their Unix sockets first, and may still fail.
 */
void report_to_launcher(const char *name, ino_t pipe, bool until_any);

/* The same in one word, for programs that the daemon executes; NULL if there is nothing to do. */
const char *report_target(void);
void report_resume(const char *text);

/*
 * In the foreground: READY=1 for the service manager's NOTIFY_SOCKET (NULL: there is none) as soon
 * as a condition of when holds.
 */
void report_to_manager(const char *socket, const char *when);

/* Has the socket no address yet?  Then the kernel chooses the port that it will listen on. */
bool report_is_unbound(int fd);

/* listen(2) has been called with success. */
void report_listen(int fd, bool was_unbound);

/* bind(2) has been called with success. */
void report_bind(int fd, const struct sockaddr *wanted, socklen_t size);

#endif
