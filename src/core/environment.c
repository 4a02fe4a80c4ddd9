// SPDX-License-Identifier: MIT
/*
 * What of our variables a daemon's environment keeps: DAEMONFIX_PID.
 *
 * It is not touched before the fork, where other threads may call setenv(3); and setenv takes a
 * lock and allocates, which the only thread left after a fork must not do.  So the daemon edits
 * the array where it stands (programs keep pointers to it: main's third argument), or, where
 * none of our variables goes and so leaves a place for DAEMONFIX_PID, in a larger copy.
 */
#include "environment.h"

#include "bound.h"
#include "message.h"
#include "pidfile.h"

#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MARK_SIZE = PATH_MAX + 64 };

static bool is_ours(const char *entry)
{
	return settings_begins(entry, SETTINGS_PREFIX);
}

static bool is_mark(const char *entry)
{
	return settings_begins(entry, SETTINGS_PREFIX "PID=");
}

static bool is_claim(const char *entry)
{
	size_t length = strlen(entry);

	return is_mark(entry) && length == sizeof SETTINGS_CLAIM - 1 && entry[length - 2] == ':';
}

static bool goes(const char *entry, const struct settings *s)
{
	return is_ours(entry) && (!s->ignored || is_mark(entry));
}

/* What settings.c reads when this process has executed a program. */
static void write_mark(char text[MARK_SIZE], const struct mark *m)
{
	char decimal[DECIMAL_SIZE];
	const char *pidfile;
	int fd = pidfile_held(&pidfile);

	text[0] = '\0';
	message_append(text, MARK_SIZE, SETTINGS_PREFIX, "PID=", message_decimal(decimal, getpid()),
		       m->standing == STANDING_FOREGROUND ? ":foreground" : "",
		       m->directory ? ":chdir" : "", m->output ? ":stdout" : "",
		       m->error ? ":stderr" : "");
	if (fd >= 0)
		message_append(text, MARK_SIZE, ":", message_decimal(decimal, fd), "@", pidfile);
}

static size_t count_entries(void)
{
	size_t count = 0;

	while (environ && environ[count])
		count++;
	return count;
}

int environment_reserve(struct environment_room *room)
{
	/* two more, for the mark and the final NULL; a few, if other threads are about; the text */
	room->entries = count_entries() + 2 + 16;
	room->array = mmap(NULL, room->entries * sizeof *room->array + MARK_SIZE,
			   PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return room->array == MAP_FAILED ? -1 : 0;
}

void environment_mark(const struct environment_room *room, const struct settings *s,
		      const struct mark *mark)
{
	size_t count = count_entries(), kept = 0;
	char *text = (char *)(room->array + room->entries);

	if (count + 2 > room->entries)
		return;
	for (size_t i = 0; i < count; i++)
		kept += !goes(environ[i], s);
	/* Where environ stands, if one of ours goes and leaves a place; else in a copy. */
	char **to = kept < count ? environ : room->array;

	kept = 0;
	for (size_t i = 0; i < count; i++)
		if (!goes(environ[i], s))
			to[kept++] = environ[i];
	/* Neither first nor last: there programs look for the room that their title has. */
	size_t at = kept > 1 ? 1 : kept;
	memmove(to + at + 1, to + at, (kept - at) * sizeof *to);
	write_mark(text, mark);
	to[at] = text;
	to[kept + 1] = NULL;
	environ = to;
}

/* No character moves: programs write the title that ps(1) shows over their environment. */
static void write_claim(char *entry, pid_t pid, bool has_session)
{
	memcpy(entry, SETTINGS_CLAIM, sizeof SETTINGS_CLAIM);
	char *colon = entry + sizeof SETTINGS_CLAIM - sizeof ":f";
	if (has_session)
		colon[1] = 's';
	for (char *digit = colon - 1; *digit != '='; digit--, pid /= 10)
		*digit = (char)('0' + pid % 10);
}

void environment_claim(pid_t pid, bool has_session)
{
	static const char mode[] = SETTINGS_PREFIX "MODE=fix-fork";
	bool claimed = false;
	char **to = environ;

	_Static_assert(sizeof mode == sizeof SETTINGS_CLAIM, "one takes the other's place");
	for (char **from = environ; from && *from; from++) {
		if (!claimed && (strcmp(*from, mode) == 0 || is_claim(*from))) {
			write_claim(*from, pid, has_session);
			claimed = true;
		} else if (is_mark(*from)) {
			continue; /* of an ancestor */
		}
		*to++ = *from;
	}
	if (to)
		*to = NULL;
}

static void remove_all(bool (*of_these)(const char *entry))
{
	char **to = environ;

	for (char **from = environ; from && *from; from++)
		if (!of_these(*from))
			*to++ = *from;
	if (to)
		*to = NULL;
}

void environment_clear(void)
{
	remove_all(is_ours);
}

void environment_unmark(void)
{
	remove_all(is_mark);
}
