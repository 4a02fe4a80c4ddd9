// SPDX-License-Identifier: MIT
#include "report.h"

#include "descriptor.h"
#include "kernel.h"
#include "message.h"
#include "notify.h"
#include "when.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

enum { MANAGERS_PATIENCE_S = 5 /* the service manager's queue may be full */ };

bool report_due;

static char socket_name[sizeof(struct sockaddr_un)]; /* a NOTIFY_SOCKET */
static ino_t pipe_inode;
static bool pipe_until_any; /* until the program listens on any socket, not only one with a port */
static const char *conditions; /* DAEMONFIX_READY; NULL: the launcher knows it */
static char target[NOTIFY_NAME + DECIMAL_SIZE];

void report_to_launcher(const char *name, ino_t pipe, bool until_any)
{
	socket_name[0] = '\0';
	message_append(socket_name, sizeof socket_name, name);
	pipe_inode = pipe;
	pipe_until_any = until_any;
	report_due = true;
}

const char *report_target(void)
{
	char decimal[DECIMAL_SIZE];

	if (!report_due || conditions)
		return NULL;
	target[0] = '\0';
	message_append(target, sizeof target, socket_name + strlen(NOTIFY_PREFIX),
		       pipe_until_any ? "+" : ".", message_decimal(decimal, (long)pipe_inode));
	return target;
}

void report_resume(const char *text)
{
	char name[NOTIFY_NAME] = "";
	size_t length = strcspn(text, ".+");

	message_append(name, sizeof name, NOTIFY_PREFIX, text);
	if (!text[length] || strlen(NOTIFY_PREFIX) + length >= sizeof name)
		return;
	name[strlen(NOTIFY_PREFIX) + length] = '\0';
	report_to_launcher(name, (ino_t)message_number(text + length + 1), text[length] == '+');
}

void report_to_manager(const char *socket, const char *when)
{
	if (!socket || !when_waits_for_listen(when))
		return;
	report_to_launcher(socket, 0, false);
	conditions = when;
}

/* The port of an address; -1 if it has none. */
static int port_of(const struct sockaddr_storage *address)
{
	if (address->ss_family == AF_INET)
		return ntohs(((const struct sockaddr_in *)address)->sin_port);
	if (address->ss_family == AF_INET6)
		return ntohs(((const struct sockaddr_in6 *)address)->sin6_port);
	return -1;
}

/* The local address of the socket. */
static struct sockaddr_storage address_of(int fd)
{
	struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
	socklen_t size = sizeof address - 1; /* keep a path null-terminated */

	KERNEL_CALL3(getsockname, fd, &address, &size);
	return address;
}

static bool has_port(int fd)
{
	struct sockaddr_storage address = address_of(fd);

	return port_of(&address) >= 0;
}

bool report_is_unbound(int fd)
{
	struct sockaddr_storage address = address_of(fd);

	return port_of(&address) == 0;
}

static bool is_null_device(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3);
}

/* Discards the daemon's output from now on. */
static void put_null_back(void)
{
	int null = STDIN_FILENO;
	struct stat st;

	if (!is_null_device(null))
		null = descriptor_above_stdio(open("/dev/null", O_RDWR | O_CLOEXEC));

	for (int fd = STDOUT_FILENO; null >= 0 && fd <= STDERR_FILENO; fd++)
		if (fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode) && st.st_ino == pipe_inode)
			KERNEL_CALL3(dup3, null, fd, 0);
	if (null > STDERR_FILENO)
		close(null);
}

/* Is the socket one that DAEMONFIX_READY names? */
static bool is_wanted(int fd, bool listens)
{
	struct sockaddr_storage address = address_of(fd);
	const char *path = ((const struct sockaddr_un *)&address)->sun_path;
	const char *list = conditions;
	struct when w;

	while (when_next(&list, &w))
		if ((w.kind == WHEN_LISTEN && listens) ||
		    (w.kind == WHEN_PORT && port_of(&address) == w.number) ||
		    (w.kind == WHEN_PATH && address.ss_family == AF_UNIX &&
		     strlen(path) == (size_t)w.length && strncmp(path, w.path, strlen(path)) == 0))
			return true;
	return false;
}

static void tell_manager(int fd, bool listens)
{
	if (is_wanted(fd, listens)) {
		notify_send(socket_name, "READY=1", MANAGERS_PATIENCE_S);
		report_due = false;
	}
}

/* If no process waits any more, later reports are not sent. */
static void tell_launcher(int fd, const char *what)
{
	char text[64] = "", decimal[DECIMAL_SIZE];
	struct stat st;

	if (fstat(fd, &st) < 0)
		return;
	message_append(text, sizeof text, what, message_decimal(decimal, (long)st.st_ino));
	report_due = notify_send(socket_name, text, 0);
}

void report_listen(int fd, bool was_unbound)
{
	int saved_errno = errno;

	if (conditions && !was_unbound) {
		tell_manager(fd, true);
	} else if (!conditions) {
		if (pipe_inode && !was_unbound && (pipe_until_any || has_port(fd)))
			put_null_back();
		tell_launcher(fd, was_unbound ? NOTIFY_AUTOMATIC : NOTIFY_LISTENS);
	}
	errno = saved_errno;
}

void report_bind(int fd, const struct sockaddr *wanted, socklen_t size)
{
	struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
	int type = 0, saved_errno = errno;
	socklen_t type_size = sizeof type;

	memcpy(&address, wanted, size < sizeof address ? size : sizeof address);
	KERNEL_CALL5(getsockopt, fd, SOL_SOCKET, SO_TYPE, &type, &type_size);
	if (conditions && type == SOCK_DGRAM)
		tell_manager(fd, false);
	else if (!conditions && port_of(&address) == 0)
		tell_launcher(fd, NOTIFY_AUTOMATIC);
	else if (!conditions && type == SOCK_DGRAM)
		tell_launcher(fd, NOTIFY_LISTENS);
	errno = saved_errno;
}
