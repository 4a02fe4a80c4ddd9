/* SPDX-License-Identifier: MIT */
#ifndef NOTIFY_H
#define NOTIFY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

/*
 * A socket that is told what happens in the daemon, by name, so that no descriptor has to
 * survive in there: by sd_notify(3), as a NOTIFY_SOCKET, and by the interposed listen(2).
 */
#define NOTIFY_PREFIX "@daemonfix/"
enum { NOTIFY_NAME = 40, NOTIFY_STATUS = 128 };
struct notify {
	int fd;
	char name[NOTIFY_NAME];     /* abstract: what follows the first, null character */
	struct sockaddr_un next;    /* a NOTIFY_SOCKET that gets the same */
	socklen_t next_size;        /* 0: there is none */
	char status[NOTIFY_STATUS]; /* the last STATUS= */
};

/* next: the value of NOTIFY_SOCKET, or NULL.  Returns 0, or -1 with errno set. */
int notify_open(struct notify *n, const char *next);

/* What a message says. */
struct notify_news {
	bool ready;          /* READY=1 */
	long long extend_ms; /* EXTEND_TIMEOUT_USEC=, or -1 */
	uint32_t listens;    /* the inode number of a socket on which listen(2) was called, or 0 */
	uint32_t automatic;  /* of one whose port the kernel has chosen */
};

/*
 * Takes the next message of a descendant of the calling process, and hands it on.  Returns false
 * if there is none.
 */
bool notify_receive(struct notify *n, struct notify_news *news);

/*
 * Sends text to what a NOTIFY_SOCKET names; waits patience_s seconds at the most if its queue is
 * full.  Returns false if no process receives it.
 */
bool notify_send(const char *socket, const char *text, int patience_s);

/* What the interposed functions say. */
#define NOTIFY_LISTENS   "DAEMONFIX_LISTENS="
#define NOTIFY_AUTOMATIC "DAEMONFIX_AUTOMATIC="

#endif
