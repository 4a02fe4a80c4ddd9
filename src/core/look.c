// SPDX-License-Identifier: MIT
#include "look.h"

#include "descriptor.h"
#include "kernel.h"
#include "listing.h"
#include "message.h"
#include "when.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

enum { STATE_LISTEN = 10, STATE_UNCONNECTED = 7 /* TCP_LISTEN, TCP_CLOSE */ };

/* A listening socket, or a bound datagram socket. */
struct endpoint {
	uint32_t socket;
	bool datagram;
	int port;         /* -1: it is a Unix socket */
	const char *path; /* of length characters; NULL: none */
	size_t length;
	uint32_t path_inode;
};

/* Compares the name or, if that is relative or belongs to a process with another root, the file. */
static bool is_path(const struct when *w, const struct endpoint *e)
{
	char path[sizeof(struct sockaddr_un)] = "";
	size_t length = (size_t)w->length;
	struct stat st;

	/* The name may end with a null character. */
	if (e->path && e->length >= length && strncmp(e->path, w->path, length) == 0 &&
	    (e->length == length || !e->path[length]))
		return true;
	if (!e->path_inode || length >= sizeof path)
		return false;
	memcpy(path, w->path, length);
	return stat(path, &st) == 0 && S_ISSOCK(st.st_mode) && st.st_ino == e->path_inode;
}

static bool is_wanted(const struct look *l, const struct endpoint *e)
{
	const char *list = l->when;
	struct when w;

	while (when_next(&list, &w))
		if ((w.kind == WHEN_LISTEN && !e->datagram) ||
		    (w.kind == WHEN_PORT && e->port == w.number) ||
		    (w.kind == WHEN_PATH && is_path(&w, e)))
			return true;
	return false;
}

static uint32_t *place(struct look *l, uint32_t socket)
{
	size_t at = socket * 2654435761U % LOOK_KNOWN;

	while (l->known[at] && l->known[at] != socket)
		at = (at + 1) % LOOK_KNOWN;
	return &l->known[at];
}

static void add_known(struct look *l, uint32_t socket)
{
	uint32_t *at = place(l, socket);

	if (*at || l->count_known >= LOOK_KNOWN / 2)
		return;
	*at = socket;
	l->count_known++;
}

/* The socket's index in own; count_own if it is not there. */
static size_t find_own(const struct look *l, uint32_t socket)
{
	size_t i = 0;

	while (i < l->count_own && l->own[i].socket != socket)
		i++;
	return i;
}

void look_add(struct look *l, uint32_t socket, bool counts)
{
	size_t i = find_own(l, socket);

	if (i < l->count_own) { /* a report may know the socket better than a look did */
		l->own[i].counts = l->own[i].counts && counts;
	} else if (i < LOOK_OWN) {
		l->own[i].socket = socket;
		l->own[i].counts = counts;
		l->count_own++;
	}
}

static void consider(struct look *l, const struct endpoint *e)
{
	size_t i = find_own(l, e->socket);
	bool own = i < l->count_own;

	if (!e->socket || l->count_found == LOOK_FOUND || !is_wanted(l, e) ||
	    (own ? !l->own[i].counts : *place(l, e->socket) != 0))
		return;
	l->found[l->count_found].socket = e->socket;
	l->found[l->count_found++].own = own;
}

/* --- by sock_diag(7) */

static void consider_inet(struct look *l, const struct nlmsghdr *h)
{
	const struct inet_diag_msg *m = NLMSG_DATA(h);

	if (h->nlmsg_len < NLMSG_LENGTH(sizeof *m))
		return;
	consider(l, &(struct endpoint){
			    .socket = m->idiag_inode,
			    .datagram = m->idiag_state != STATE_LISTEN,
			    .port = ntohs(m->id.idiag_sport),
		    });
}

/* The step to the next message or attribute; the last may lack its padding (netlink(7)). */
static size_t step(size_t length, size_t left)
{
	size_t padded = NLMSG_ALIGN(length);

	return padded < left ? padded : left;
}

static void consider_unix(struct look *l, const struct nlmsghdr *h)
{
	const struct unix_diag_msg *m = NLMSG_DATA(h);
	struct endpoint e = {.port = -1};

	if (h->nlmsg_len < NLMSG_LENGTH(sizeof *m))
		return;
	e.socket = m->udiag_ino;
	e.datagram = m->udiag_state != STATE_LISTEN;
	const char *at = (const char *)(m + 1), *end = (const char *)h + h->nlmsg_len;
	while (RTA_OK((const struct rtattr *)at, (size_t)(end - at))) {
		const struct rtattr *a = (const struct rtattr *)at;

		if (a->rta_type == UNIX_DIAG_NAME) {
			e.path = RTA_DATA(a);
			e.length = RTA_PAYLOAD(a);
		} else if (a->rta_type == UNIX_DIAG_VFS &&
			   RTA_PAYLOAD(a) >= sizeof(struct unix_diag_vfs)) {
			e.path_inode = ((const struct unix_diag_vfs *)RTA_DATA(a))->udiag_vfs_ino;
		}
		at += step(a->rta_len, (size_t)(end - at));
	}
	consider(l, &e);
}

/* Returns true when the answer is complete, false if more follows; *works: there is an answer. */
static bool read_answer(struct look *l, void (*each)(struct look *, const struct nlmsghdr *),
			bool *works)
{
	struct iovec part = {l->buffer, sizeof l->buffer};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
	long n = KERNEL_CALL3(recvmsg, l->diag, &message, MSG_DONTWAIT);

	*works = n > 0;
	if (n <= 0)
		return true;
	const char *at = l->buffer, *end = at + n;
	while (NLMSG_OK((const struct nlmsghdr *)at, (size_t)(end - at))) {
		const struct nlmsghdr *h = (const struct nlmsghdr *)at;

		if (h->nlmsg_type == NLMSG_DONE)
			return true;
		*works = h->nlmsg_type != NLMSG_ERROR;
		if (!*works)
			return true;
		each(l, h);
		at += step(h->nlmsg_len, (size_t)(end - at));
	}
	return false;
}

/* Returns false if the kernel does not answer. */
static bool ask(struct look *l, const void *request, size_t size,
		void (*each)(struct look *, const struct nlmsghdr *))
{
	struct nlmsghdr h = {
		.nlmsg_len = (uint32_t)NLMSG_LENGTH(size),
		.nlmsg_type = SOCK_DIAG_BY_FAMILY,
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
	};
	struct iovec parts[] = {{&h, sizeof h}, {(void *)request, size}};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
	bool works;

	if (KERNEL_CALL3(sendmsg, l->diag, &message, 0) < 0)
		return false;
	while (!read_answer(l, each, &works))
		;
	return works;
}

static bool ask_inet(struct look *l, unsigned char family, unsigned char protocol)
{
	const struct inet_diag_req_v2 request = {
		.sdiag_family = family,
		.sdiag_protocol = protocol,
		.idiag_states = 1U << (protocol == IPPROTO_TCP ? STATE_LISTEN : STATE_UNCONNECTED),
	};

	return ask(l, &request, sizeof request, consider_inet);
}

static bool ask_unix(struct look *l, bool datagrams)
{
	const struct unix_diag_req request = {
		.sdiag_family = AF_UNIX,
		.udiag_states = 1U << STATE_LISTEN | (datagrams ? 1U << STATE_UNCONNECTED : 0),
		.udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_VFS,
	};

	return ask(l, &request, sizeof request, consider_unix);
}

static bool has_path(const struct look *l)
{
	return when_has(l->when, WHEN_PATH);
}

/* If a kernel module is missing, the others still answer. */
static bool ask_all(struct look *l)
{
	bool any = when_has(l->when, WHEN_LISTEN), port = when_has(l->when, WHEN_PORT),
	     works = true;

	if (any || port) {
		works = ask_inet(l, AF_INET, IPPROTO_TCP);
		ask_inet(l, AF_INET6, IPPROTO_TCP);
	}
	if (port) {
		ask_inet(l, AF_INET, IPPROTO_UDP);
		ask_inet(l, AF_INET6, IPPROTO_UDP);
	}
	if (any || has_path(l))
		works = ask_unix(l, has_path(l)) && works;
	return works;
}

static int open_diag(void)
{
	return descriptor_above_stdio((int)KERNEL_CALL3(
		socket, AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
}

/* --- in other network namespaces */

/* The network namespace of a process; 0 if this process may not read it. */
static uint64_t network_of(pid_t pid)
{
	char path[DESCENDANTS_PATH];
	struct stat st;

	descendants_path(path, pid, "/ns/net");
	return stat(path, &st) == 0 ? st.st_ino : 0;
}

/* Looks from within that process's namespace, if this process may enter it: setns(2). */
static void ask_from_within(struct look *l, pid_t pid)
{
	char path[DESCENDANTS_PATH];
	int own_diag = l->diag;

	descendants_path(path, pid, "/ns/net");
	int there = open(path, O_RDONLY | O_CLOEXEC);
	int here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (there >= 0 && here >= 0 && KERNEL_CALL2(setns, there, CLONE_NEWNET) == 0) {
		l->diag = open_diag();
		ask_all(l);
		close(l->diag);
		l->diag = own_diag;
		KERNEL_CALL2(setns, here, CLONE_NEWNET);
	}
	close(there);
	close(here);
}

/* Looks in descendants' other namespaces, once for consecutive descendants in the same one. */
static void ask_elsewhere(struct look *l)
{
	uint64_t last = l->network;

	for (size_t i = 0; i < l->descendants.count; i++) {
		uint64_t network = network_of(l->descendants.pids[i]);

		if (network && network != l->network && network != last)
			ask_from_within(l, l->descendants.pids[i]);
		last = network;
	}
}

/* --- whose they are */

static bool match_descriptor(int directory, long number, void *arg)
{
	char name[DECIMAL_SIZE], target[64];
	struct look *l = arg;
	ssize_t n = KERNEL_CALL4(readlinkat, directory, message_decimal(name, number), target,
				 sizeof target - 1);

	target[n > 0 ? n : 0] = '\0';
	if (strncmp(target, "socket:[", 8) != 0)
		return true;
	uint32_t socket = (uint32_t)message_number(target + 8);
	for (size_t i = 0; i < l->count_found; i++)
		if (l->found[i].socket == socket && !l->found[i].own) {
			l->found[i].own = true;
			look_add(l, socket, true);
		}
	return true;
}

static void match_process(struct look *l, pid_t pid)
{
	char path[DESCENDANTS_PATH];

	descendants_path(path, pid, "/fd");
	listing_numbers(path, match_descriptor, l);
}

static size_t count(const struct look *l, bool own)
{
	size_t n = 0;

	for (size_t i = 0; i < l->count_found; i++)
		n += l->found[i].own == own;
	return n;
}

/* The sockets that descendants have reported, for a kernel that gives no answer. */
static size_t count_told(const struct look *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->count_own; i++)
		n += l->own[i].counts;
	return n;
}

/* Costly with many descendants; skipped if the owners of all listening sockets are known. */
static void match_descendants(struct look *l)
{
	bool known = count(l, true) > 0;

	if (known && count(l, false) == 0)
		return;
	descendants_find(&l->descendants);
	if (!known)
		ask_elsewhere(l);
	for (size_t i = 0; i < l->descendants.count && count(l, false) > 0; i++)
		match_process(l, l->descendants.pids[i]);
}

size_t look_again(struct look *l, bool *more)
{
	size_t known = l->count_own;

	l->count_found = 0;
	*more = false;
	if (!ask_all(l))
		return count_told(l); /* the best that is available */
	match_descendants(l);
	*more = l->count_own > known;
	return count(l, true);
}

void look_open(struct look *l, const char *when, bool own_count)
{
	l->when = when;
	l->diag = open_diag();
	l->network = network_of(getpid());
	ask_all(l);
	if (own_count)
		match_process(l, getpid());
	for (size_t i = 0; i < l->count_found; i++)
		if (!l->found[i].own)
			add_known(l, l->found[i].socket);
}
