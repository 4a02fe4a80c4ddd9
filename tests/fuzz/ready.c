// SPDX-License-Identifier: MIT
/*
 * libFuzzer target for src/core/when.c: the input is the value of DAEMONFIX_READY, up to a null
 * byte.  It asserts that the parser accepts the value exactly if a regular expression, written from
 * the manual and not from the source, matches it, and that the parsed parts lie within the value.
 */
#include "../../src/core/when.h"

#include <assert.h>
#include <regex.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { PORT_MAX = 65535, YEAR_S = 366 * 24 * 3600 };

static bool manual_allows(const char *value)
{
	static regex_t grammar;
	static bool compiled;

#define ONE "(listen(:[0-9]+|:/[^,]+)?|notify|alive:[0-9]+(\\.[0-9]+)?)"
	if (!compiled)
		assert(regcomp(&grammar, "^" ONE "(," ONE ")*$", REG_EXTENDED | REG_NOSUB) == 0);
	compiled = true;
	return regexec(&grammar, value, 0, NULL, 0) == 0;
}

/* Is the number out of range?  The grammar allows such a value, the parser refuses it. */
static bool has_bad_number(const char *value)
{
	for (const char *v = value; v; v = strchr(v, ',')) {
		v += *v == ',';
		const char *colon = strchr(v, ':'), *end = v + strcspn(v, ",");

		if (!colon || colon > end || colon[1] < '0' || colon[1] > '9')
			continue;
		char *rest;
		double number = strtod(colon + 1, &rest);
		if (*v == 'l' && (number < 1 || number > PORT_MAX))
			return true;
		if (*v == 'a' && number >= YEAR_S + 1)
			return true;
	}
	return false;
}

static void check(const struct when *w, const char *value)
{
	switch (w->kind) {
	case WHEN_PORT:
		assert(w->number >= 1 && w->number <= PORT_MAX);
		break;
	case WHEN_PATH:
		assert(w->path >= value && w->path + w->length <= value + strlen(value));
		assert(w->length > 1 && w->path[0] == '/' &&
		       !memchr(w->path, ',', (size_t)w->length));
		break;
	case WHEN_ALIVE:
		assert(w->number >= 0 && w->number < (YEAR_S + 1) * 1000LL);
		break;
	case WHEN_BAD:
	case WHEN_LISTEN:
	case WHEN_NOTIFY:
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *value = malloc(size + 1);
	size_t conditions = 0;
	bool bad = false;
	struct when w;

	if (!value)
		abort();
	memcpy(value, data, size);
	value[size] = '\0';

	const char *list = value;
	while (when_next(&list, &w)) {
		bad = bad || w.kind == WHEN_BAD;
		assert(!(w.kind == WHEN_BAD && list)); /* the search ends here */
		assert(when_has(value, w.kind));
		assert(++conditions <= strlen(value) / 2 + 1);
		check(&w, value);
	}
	assert(conditions > 0);
	assert(bad == !(manual_allows(value) && !has_bad_number(value)));
	assert(when_waits_for_listen(value) ==
	       (when_has(value, WHEN_LISTEN) || when_has(value, WHEN_PORT) ||
		when_has(value, WHEN_PATH)));
	free(value);
	return 0;
}
