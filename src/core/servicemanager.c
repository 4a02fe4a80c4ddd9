// SPDX-License-Identifier: MIT
/* What a service manager such as systemd asks of, and tells, the process that it has started. */
#include "servicemanager.h"

#include "message.h"
#include "notify.h"
#include "settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
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

const char *servicemanager_socket(void)
{
	static const char name[] = "NOTIFY_SOCKET=";
	char **socket = find(name);

	return socket ? *socket + strlen(name) : NULL;
}

/*
 * The main process stays this one, also where the daemon has said that it is: a service manager is
 * not told how a process has ended that is not its own child.
 */
void servicemanager_tell_ready(void)
{
	const char *socket = servicemanager_socket();
	char text[64] = "READY=1", decimal[DECIMAL_SIZE];

	if (!socket)
		return;
	if (getpid() != 1) /* it has another number outside of its container */
		message_append(text, sizeof text, "\nMAINPID=", message_decimal(decimal, getpid()));
	notify_send(socket, text, PATIENCE_S);
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
