// SPDX-License-Identifier: MIT
/* Parses DAEMONFIX_READY: listen, listen:PORT, listen:/PATH, notify, alive:SECONDS. */
#include "when.h"

#include <string.h>

enum { PORT_MAX = 65535, SECONDS_MAX = 366 * 24 * 3600 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

const char *when_seconds(const char *text, long long *ms)
{
	long long seconds = 0, unit = 1000;
	const char *start = text;

	for (; is_digit(*text) && seconds <= SECONDS_MAX; text++)
		seconds = seconds * 10 + (*text - '0');
	*ms = seconds * 1000;
	if (text == start || seconds > SECONDS_MAX)
		return NULL;
	if (*text != '.')
		return text;
	for (start = ++text; is_digit(*text); text++)
		*ms += (*text - '0') * (unit /= 10);
	return text == start ? NULL : text;
}

static const char *port(const char *text, long long *number)
{
	const char *start = text;

	for (*number = 0; is_digit(*text) && *number <= PORT_MAX; text++)
		*number = *number * 10 + (*text - '0');
	return text == start || *number == 0 || *number > PORT_MAX ? NULL : text;
}

static const char *after(const char *text, const char *word)
{
	size_t length = strlen(word);

	return strncmp(text, word, length) == 0 ? text + length : NULL;
}

/* Returns the end of the condition, or NULL if there is none. */
static const char *parse(const char *text, struct when *w)
{
	const char *rest;

	if ((rest = after(text, "listen:/"))) {
		w->kind = WHEN_PATH;
		w->path = rest - 1;
		w->length = (int)strcspn(w->path, ",");
		return w->length > 1 ? w->path + w->length : NULL;
	}
	if ((rest = after(text, "listen:"))) {
		w->kind = WHEN_PORT;
		return port(rest, &w->number);
	}
	if ((rest = after(text, "alive:"))) {
		w->kind = WHEN_ALIVE;
		return when_seconds(rest, &w->number);
	}
	if ((rest = after(text, "listen"))) {
		w->kind = WHEN_LISTEN;
		return rest;
	}
	w->kind = WHEN_NOTIFY;
	return after(text, "notify");
}

bool when_next(const char **list, struct when *w)
{
	*w = (struct when){.kind = WHEN_BAD};
	if (!*list)
		return false;
	const char *end = parse(*list, w);
	if (!end || (*end && *end != ','))
		w->kind = WHEN_BAD;
	*list = w->kind != WHEN_BAD && *end ? end + 1 : NULL;
	return true;
}

bool when_has(const char *list, enum when_kind kind)
{
	struct when w;

	while (when_next(&list, &w))
		if (w.kind == kind)
			return true;
	return false;
}

bool when_waits_for_listen(const char *list)
{
	return when_has(list, WHEN_LISTEN) || when_has(list, WHEN_PORT) ||
	       when_has(list, WHEN_PATH);
}
