// SPDX-License-Identifier: MIT
/* What a service manager such as systemd asks of, and tells, the process that it has started. */
#include "servicemanager.h"

#include "message.h"
#include "settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { PATIENCE_S = 5 /* for a service manager whose queue is full */ };

/* The value of "NAME=" in the environment; NULL if it is not there. */
static char **find(const char *name)
{
	for (char **e = environ; e && *e; e++)
		if (settings_begins(*e, name))
			return e;
	return NULL;
}

/* Returns the length of the address, or 0 if it is none: absolute, or @ and an abstract name. */
static socklen_t address_of(const char *name, struct sockaddr_un *address)
{
	size_t length = strlen(name);

	if ((name[0] != '/' && name[0] != '@') || length < 2 || length >= sizeof address->sun_path)
		return 0;
	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	memcpy(address->sun_path, name, length);
	if (name[0] == '@')
		address->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (name[0] == '/'));
}

static void notify(const char *name, const char *text)
{
	static const struct timeval patience = {.tv_sec = PATIENCE_S};
	struct sockaddr_un address;
	socklen_t length = address_of(name, &address);

	if (length == 0)
		return;
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	sendto(fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&address, length);
	close(fd);
}

/*
 * The main process stays this one, also where the daemon has said that it is: a service manager is
 * not told how a process has ended that is not its own child.
 */
void servicemanager_tell_ready(void)
{
	static const char name[] = "NOTIFY_SOCKET=";
	char text[64] = "READY=1\nMAINPID=", decimal[DECIMAL_SIZE];
	char **socket = find(name);

	if (!socket)
		return;
	message_append(text, sizeof text, message_decimal(decimal, getpid()));
	notify(*socket + strlen(name), text);
}

/* Programs look at the first entry and the last for the room that their title has: neither is it.
 */
static void replace(char **entry, char *text)
{
	bool is_first = entry == environ, is_last = !entry[1];
	ptrdiff_t to = is_first == is_last ? 0 : is_first ? 1 : -1;

	*entry = entry[to];
	entry[to] = text;
}

/* Where it stands, with zeros in front, if there is room. */
static void rename_one(const char *name, pid_t old, char *room, size_t size)
{
	char decimal[DECIMAL_SIZE];
	const char *number = message_decimal(decimal, getpid());
	char **entry = find(name);

	if (!entry || message_number(*entry + strlen(name)) != old)
		return;
	char *value = *entry + strlen(name);
	size_t digits = strlen(number), width = strlen(value);
	if (digits <= width) {
		memset(value, '0', width - digits);
		for (char *digit = value + width; digits > 0;)
			*--digit = number[--digits];
		return;
	}
	message_append(room, size, name, number);
	replace(entry, room);
}

void servicemanager_rename(pid_t old)
{
	static char listen_pid[40], watchdog_pid[40];

	rename_one("LISTEN_PID=", old, listen_pid, sizeof listen_pid);
	rename_one("WATCHDOG_PID=", old, watchdog_pid, sizeof watchdog_pid);
}
