/* SPDX-License-Identifier: MIT */
#ifndef LOOK_H
#define LOOK_H

#include "descendants.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Finds the sockets on which the calling process's descendants listen, through sock_diag(7) and
 * their descriptors in /proc.  This finds what an interposed listen(2) misses (static programs, raw
 * system calls), also in other network namespaces that the caller may enter (setns(2)), but not the
 * descriptors of processes that the caller must not trace (ptrace(2)).
 */
enum { LOOK_KNOWN = 32768, LOOK_OWN = 256, LOOK_FOUND = LOOK_KNOWN / 2 };
struct look {
	const char *when;           /* DAEMONFIX_READY */
	int diag;                   /* a netlink socket; -1: there is none */
	uint32_t known[LOOK_KNOWN]; /* other processes' sockets, by hash; 0: a free place */
	size_t count_known;
	struct {
		uint32_t socket;
		bool counts; /* false: it has an automatic port */
	} own[LOOK_OWN];     /* of descendants, as far as known */
	size_t count_own;
	struct {
		uint32_t socket; /* an inode number, like all sockets here */
		bool own;
	} found[LOOK_FOUND]; /* found by this look; each counts if a descendant owns it */
	size_t count_found;
	uint64_t network; /* the caller's namespace */
	struct descendants descendants;
	char buffer[16384];
};

/*
 * when must outlive l; all other members are zero.  Sockets that are already open do not count;
 * with own_count, those that the calling process listens on do.
 */
void look_open(struct look *l, const char *when, bool own_count);

/*
 * Returns the number of sockets that count and that descendants listen on.  *more: no earlier look
 * has found one of them.
 */
size_t look_again(struct look *l, bool *more);

/*
 * A descendant reports that it owns this socket, and that the socket counts or has an automatic
 * port.
 */
void look_add(struct look *l, uint32_t socket, bool counts);

#endif
