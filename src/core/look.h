/* SPDX-License-Identifier: MIT */
#ifndef LOOK_H
#define LOOK_H

#include "descendants.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * A look at the sockets on which the calling process's descendants listen, through sock_diag(7) and
 * their descriptors in /proc.  It sees what no interposed listen(2) does (static programs, raw
 * system calls), also in other network namespaces that the caller may enter (setns(2)).  What it
 * cannot see are the descriptors of processes that the caller must not trace (ptrace(2)).
 */
enum { LOOK_KNOWN = 32768, LOOK_OWN = 256, LOOK_FOUND = LOOK_KNOWN / 2 };
struct look {
	const char *when;           /* DAEMONFIX_READY */
	int diag;                   /* a netlink socket; -1: there is none */
	uint32_t known[LOOK_KNOWN]; /* sockets of others, by hash; 0 is a free place */
	size_t count_known;
	struct {
		uint32_t socket;
		bool counts; /* or it has an automatic port */
	} own[LOOK_OWN];     /* of descendants, as far as known */
	size_t count_own;
	struct {
		uint32_t socket; /* an inode number, as all of these */
		bool own;
	} found[LOOK_FOUND]; /* by this look, that would count if its owner is a descendant */
	size_t count_found;
	uint64_t network; /* the caller's namespace */
	struct descendants descendants;
	char buffer[16384];
};

/*
 * when must outlive it; all other members are zero.  The sockets that are there already do not
 * count; but own_count: those that the calling process listens on do.
 */
void look_open(struct look *l, const char *when, bool own_count);

/*
 * On how many sockets that count do descendants listen?  *more: on one that no look has seen
 * before.
 */
size_t look_again(struct look *l, bool *more);

/* A descendant says that this socket is its own, and that it counts or has an automatic port. */
void look_add(struct look *l, uint32_t socket, bool counts);

#endif
