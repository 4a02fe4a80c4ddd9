// SPDX-License-Identifier: MIT
/*
 * What of our variables a daemon's environment keeps: DAEMONFIX_PID.
 *
 * setenv(3) and unsetenv(3) take a lock and allocate, which the only thread left after
 * a fork must not do, so the array is edited where it stands (programs keep pointers to
 * it: main's third argument).  Only where none of our variables goes, and so leaves a
 * place for DAEMONFIX_PID, a larger copy is allocated before the fork.
 */
#include "environment.h"

#include "message.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MARK SETTINGS_PREFIX "PID="

static bool is_mark(const char *entry)
{
	return strncmp(entry, MARK, strlen(MARK)) == 0;
}

static bool goes(const char *entry, const struct settings *s)
{
	return is_mark(entry) ||
	       (s->apply && strncmp(entry, SETTINGS_PREFIX, strlen(SETTINGS_PREFIX)) == 0);
}

int environment_reserve(char ***room, const struct settings *s)
{
	size_t count = 0;

	for (; environ && environ[count]; count++) {
		if (goes(environ[count], s)) {
			*room = environ;
			return 0;
		}
	}
	*room = malloc((count + 2) * sizeof **room);
	if (!*room)
		return -1;
	if (count > 0)
		memcpy(*room, environ, count * sizeof **room);
	(*room)[count] = NULL;
	return 0;
}

void environment_release(char **room)
{
	if (room != environ)
		free(room);
}

void environment_mark(char **room, const struct settings *s, enum standing standing)
{
	static char mark[sizeof MARK + DECIMAL_SIZE + sizeof ":foreground"];
	char decimal[DECIMAL_SIZE];
	char **from = room, **to = room;

	for (; *from; from++)
		if (!goes(*from, s))
			*to++ = *from;
	mark[0] = '\0';
	message_append(mark, sizeof mark, MARK, message_decimal(decimal, getpid()),
		       standing == STANDING_FOREGROUND ? ":foreground" : "");
	*to++ = mark;
	*to = NULL;
	environ = room;
}
