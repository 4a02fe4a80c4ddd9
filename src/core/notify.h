/* SPDX-License-Identifier: MIT */
#ifndef NOTIFY_H
#define NOTIFY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

/*
 * A socket that receives reports from the daemon: from sd_notify(3), as its NOTIFY_SOCKET, and from
 * the interposed listen(2).  The daemon finds it by name, so no descriptor has to survive there.
 */
#define NOTIFY_PREFIX "@daemonfix/"
enum { NOTIFY_NAME = 40, NOTIFY_STATUS = 128 };
struct notify {
	int fd;
	char name[NOTIFY_NAME];     /* abstract: the part after the leading null character */
	struct sockaddr_un next;    /* a NOTIFY_SOCKET to forward messages to */
	socklen_t next_size;        /* 0: there is none */
	char status[NOTIFY_STATUS]; /* the last STATUS= */
};

/* next: the value of NOTIFY_SOCKET, or NULL.  Returns 0, or -1 with errno set. */
int notify_open(struct notify *n, const char *next);

/* The contents of a message. */
struct notify_news {
	bool ready;          /* READY=1 */
	long long extend_ms; /* EXTEND_TIMEOUT_USEC=, or -1 */
	uint32_t listens;    /* inode number of a socket that listen(2) was called on, or 0 */
	uint32_t automatic;  /* the same, if the kernel chose the port */
};

/*
 * Receives the next message of a descendant of the calling process, and forwards it.  Returns false
 * if there is none.
 */
bool notify_receive(struct notify *n, struct notify_news *news);

/*
 * Sends text to a NOTIFY_SOCKET; if its queue is full, waits at most patience_s seconds.  Returns
 * false if no process receives the text.
 */
bool notify_send(const char *socket, const char *text, int patience_s);

/* The messages of the interposed functions. */
#define NOTIFY_LISTENS   "DAEMONFIX_LISTENS="
#define NOTIFY_AUTOMATIC "DAEMONFIX_AUTOMATIC="

#endif
