// SPDX-License-Identifier: MIT
/*
 * DAEMONFIX_PID is the only variable of ours that a daemon's environment keeps.
 *
 * The environment is not changed before the fork, because other threads may call setenv(3); and
 * setenv takes a lock, which the only thread left after a fork must not take.  The array that the
 * kernel made is edited in place, because programs keep pointers to it (main's third argument).
 *
 * An array that the program made may be read-only, so a copy replaces it.  The program (Perl, for
 * one) may free or grow the copy and its entries: the copy and its new entries come from malloc(3),
 * and entries that are removed are not freed.
 */
#include "environment.h"

#include "message.h"
#include "pidfile.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MARK_SIZE = PATH_MAX + 64, PID_SIZE = 40 };

static char **initial;         /* the kernel's array; NULL: unknown */
static char **volatile latest; /* our array: stays reachable if setenv(3) makes another */

/* The entries that take the places of removed ones; the first one also fills any further place. */
struct fillers {
	char *texts[4];
	size_t count;
};

#define NOTIFY "NOTIFY_SOCKET="
static char notify_text[64];
static char no_mark[] = SETTINGS_PREFIX "PID=0";

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

/* Variables whose value is the PID of the process they are meant for. */
static const char *const named[] = {"LISTEN_PID=", "WATCHDOG_PID="};
static char named_texts[sizeof named / sizeof named[0]][PID_SIZE];

static bool names(const char *entry, size_t i, pid_t pid)
{
	return pid && settings_begins(entry, named[i]) &&
	       message_number(entry + strlen(named[i])) == pid;
}

/* The entries to remove. */
struct removal {
	bool all_ours; /* false: only DAEMONFIX_PID */
	pid_t was;     /* not 0: also LISTEN_PID and WATCHDOG_PID, if they hold this PID */
	bool notify;   /* also NOTIFY_SOCKET */
	bool ready;    /* of our variables only READY and TIMEOUT */
};

static bool goes(const char *entry, const struct removal *r)
{
	if (r->ready)
		return settings_begins(entry, SETTINGS_PREFIX "READY=") ||
		       settings_begins(entry, SETTINGS_PREFIX "TIMEOUT=") ||
		       (r->notify && settings_begins(entry, NOTIFY));
	return is_mark(entry) || (r->all_ours && is_ours(entry)) || names(entry, 0, r->was) ||
	       names(entry, 1, r->was) || (r->notify && settings_begins(entry, NOTIFY));
}

static size_t count_entries(char *const *array)
{
	size_t count = 0;

	while (array && array[count])
		count++;
	return count;
}

static size_t count_leaving(char *const *array, const struct removal *r)
{
	size_t count = 0;

	for (; array && *array; array++)
		count += goes(*array, r);
	return count;
}

/*
 * Writes the entries of from that stay to the length places of to (which may be the same array),
 * and the fillers to the free places in the middle.
 */
static void arrange(char **to, size_t length, char **from, const struct removal *r,
		    const struct fillers *f)
{
	size_t kept = 0;

	if (length == 0)
		return;
	for (char **entry = from; *entry; entry++)
		if (!goes(*entry, r))
			to[kept++] = *entry;
	to[length] = NULL;
	if (kept == 0) /* an empty string: the end of the last entry */
		to[kept++] = from[length - 1] + strlen(from[length - 1]);
	to[length - 1] = to[kept - 1];
	for (size_t i = kept > 1 ? kept - 1 : 1, n = 0; i + 1 < length; i++, n++)
		to[i] = f->texts[n < f->count ? n : 0];
}

/*
 * initial is unknown if nothing had to be noted at load; but the kernel's array is on the stack,
 * below the name of the program, where the program frees nothing.
 */
static bool is_kernels(char **array)
{
	enum { ARGUMENTS_MAX = 8 << 20 /* execve(2): 6 MiB */ };
	uintptr_t at = (uintptr_t)array, top = getauxval(AT_EXECFN);

	return array == initial || (at < top && top - at < ARGUMENTS_MAX);
}

static void give_back(const struct environment_room *room)
{
	free(room->array);
	free(room->text);
}

int environment_reserve(struct environment_room *room)
{
	/* the fillers, a doubled first entry, NULL; 16 for entries that threads add; the text */
	room->entries = count_entries(environ) + 6 + 16;
	room->is_dynamic = environ && !is_kernels(environ);
	if (room->is_dynamic) {
		room->array = malloc(room->entries * sizeof *room->array);
		room->text = malloc(MARK_SIZE);
		if (room->array && room->text)
			return 0;
		give_back(room);
		errno = ENOMEM;
		return -1;
	}
	room->array = mmap(NULL, room->entries * sizeof *room->array + MARK_SIZE,
			   PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	room->text = (char *)(room->array + room->entries);
	return room->array == MAP_FAILED ? -1 : 0;
}

/* Copies a filler into memory that the program may free. */
static char *copy_filler(char *text, const struct environment_room *room)
{
	char *copy = text == room->text ? text : malloc(strlen(text) + 1);

	if (copy && copy != text)
		memcpy(copy, text, strlen(text) + 1);
	return copy;
}

/* environ is the program's array.  Its first and last entries keep their places. */
static void replace_by_dynamic_copy(const struct environment_room *room, const struct removal *r,
				    const struct fillers *f)
{
	size_t count = 0;

	for (char **entry = environ; entry && *entry && count + f->count + 1 < room->entries;
	     entry++)
		if (!goes(*entry, r))
			room->array[count++] = *entry;
	if (count == 0) { /* the program emptied it */
		give_back(room);
		return;
	}
	char *last = room->array[--count];
	for (size_t n = 0; n < f->count; n++) {
		char *text = copy_filler(f->texts[n], room);

		if (text)
			room->array[count++] = text;
	}
	room->array[count++] = last;
	room->array[count] = NULL;
	environ = latest = room->array;
}

/* environ is no longer the kernel's array, or is too short. */
static void replace_by_copy(const struct environment_room *room, const struct removal *r,
			    const struct fillers *f)
{
	size_t count = count_entries(environ);
	size_t kept = count - count_leaving(environ, r);
	size_t length = kept + f->count + (kept == 1);

	if (kept == 0 || length >= room->entries)
		return;
	arrange(room->array, length, environ, r, f);
	environ = room->array;
}

static bool has_all(char *const *array, const struct fillers *f)
{
	size_t found = 0;

	for (; array && *array; array++)
		for (size_t i = 0; i < f->count; i++)
			found += *array == f->texts[i];
	return found >= f->count;
}

static void replace(const struct environment_room *room, const struct removal *r,
		    const struct fillers *f)
{
	if (count_leaving(initial, r) > 0)
		arrange(initial, count_entries(initial), initial, r, f);
	if (room->is_dynamic)
		replace_by_dynamic_copy(room, r, f);
	else if (environ != initial || !has_all(environ, f))
		replace_by_copy(room, r, f);
}

/* Writes what settings.c reads after this process has executed a program. */
static char *write_mark(char *text, const struct mark *m)
{
	char decimal[DECIMAL_SIZE];
	const char *pidfile;
	int fd = pidfile_held(&pidfile);

	text[0] = '\0';
	message_append(text, MARK_SIZE, SETTINGS_PREFIX, "PID=", message_decimal(decimal, getpid()),
		       m->standing == STANDING_FOREGROUND ? ":foreground" : "",
		       m->behind_front ? "-fork" : "", m->forks ? ":fork(" : "",
		       m->forks ? program_invocation_short_name : "", m->forks ? ")" : "",
		       m->directory ? ":chdir" : "", m->output ? ":stdout" : "",
		       m->error ? ":stderr" : "", m->report[0] ? ":report@" : "", m->report);
	if (fd >= 0)
		message_append(text, MARK_SIZE, ":", message_decimal(decimal, fd), "@", pidfile);
	return text;
}

/* Writes the new entry for a variable that names the process that was started, if there is one. */
static char *write_named(size_t i, pid_t was)
{
	char decimal[DECIMAL_SIZE];
	bool found = false;

	for (char **entry = environ; entry && *entry && !found; entry++)
		found = names(*entry, i, was);
	if (!found)
		return NULL;
	named_texts[i][0] = '\0';
	message_append(named_texts[i], PID_SIZE, named[i], message_decimal(decimal, getpid()));
	return named_texts[i];
}

static char *write_notify(const char *socket)
{
	notify_text[0] = '\0';
	message_append(notify_text, sizeof notify_text, NOTIFY, socket);
	return notify_text;
}

void environment_mark(const struct environment_room *room, const struct settings *s,
		      const struct mark *mark, pid_t was)
{
	const struct removal removal = {!s->ignored, was, mark->notify, false};
	struct fillers fillers = {{write_mark(room->text, mark)}, 1};

	for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
		char *text = write_named(i, was);

		if (text)
			fillers.texts[fillers.count++] = text;
	}
	if (mark->notify)
		fillers.texts[fillers.count++] = write_notify(mark->notify);
	replace(room, &removal, &fillers);
}

static char *write_claim(char *entry, pid_t pid, bool has_session)
{
	memcpy(entry, SETTINGS_CLAIM, sizeof SETTINGS_CLAIM);
	char *colon = entry + sizeof SETTINGS_CLAIM - sizeof ":f";
	if (has_session)
		colon[1] = 's';
	for (char *digit = colon - 1; *digit != '='; digit--, pid /= 10)
		*digit = (char)('0' + pid % 10);
	return entry;
}

static bool is_initial(const char *entry)
{
	for (char **e = initial; e && *e; e++)
		if (*e == entry)
			return true;
	return false;
}

/* The program made this entry, and it and the array may be read-only: a copy replaces both. */
static void replace_claim(size_t at, pid_t pid, bool has_session)
{
	struct environment_room room;

	if (environment_reserve(&room) < 0)
		return;
	memcpy(room.array, environ, (count_entries(environ) + 1) * sizeof *environ);
	room.array[at] = write_claim(room.text, pid, has_session);
	environ = room.array;
}

void environment_claim(pid_t pid, bool has_session)
{
	static const char mode[] = SETTINGS_PREFIX "MODE=fix-fork";

	_Static_assert(sizeof mode == sizeof SETTINGS_CLAIM, "one takes the other's place");
	for (char **entry = environ; entry && *entry; entry++) {
		if (strcmp(*entry, mode) != 0 && !is_claim(*entry))
			continue;
		/* In place: programs write the title that ps(1) shows over these entries. */
		if (is_initial(*entry))
			write_claim(*entry, pid, has_session);
		else
			replace_claim((size_t)(entry - environ), pid, has_session);
		return;
	}
}

void environment_at_load(char **array)
{
	initial = array;
}

void environment_unmark(void)
{
	for (char **entry = initial; entry && *entry; entry++)
		if (is_mark(*entry) && !is_claim(*entry))
			for (char *digit = strchr(*entry, '=') + 1; *digit >= '0' && *digit <= '9';
			     digit++)
				*digit = '0';
}

void environment_forget_ready(const char *notify)
{
	static char ready[] = SETTINGS_PREFIX "MODE=fix-fork";
	const struct removal removal = {false, 0, notify, true};
	const struct fillers fillers = {{notify ? write_notify(notify) : ready}, 1};

	if (count_leaving(initial, &removal) > 0)
		arrange(initial, count_entries(initial), initial, &removal, &fillers);
}

void environment_clear(void)
{
	const struct removal removal = {true, 0, false, false};
	const struct fillers fillers = {{no_mark}, 1};
	struct environment_room room;

	if (count_leaving(initial, &removal) > 0)
		arrange(initial, count_entries(initial), initial, &removal, &fillers);
	if (environ != initial && count_leaving(environ, &removal) > 0 &&
	    environment_reserve(&room) == 0) {
		const struct fillers own = {{memcpy(room.text, no_mark, sizeof no_mark)}, 1};

		(room.is_dynamic ? replace_by_dynamic_copy : replace_by_copy)(&room, &removal,
									      &own);
	}
}
