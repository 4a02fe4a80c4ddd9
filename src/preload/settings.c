// SPDX-License-Identifier: MIT
/*
 * The environment becomes a struct settings, once.
 *
 * It is read at load because programs overwrite their environment afterwards (to set
 * the title that ps(1) shows).  For the same reason nothing here points into it.
 *
 * A new variable is a line in the table below, its parser, and a member of the struct.
 */
#include "settings.h"

#include "message.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

static bool parse_mode(struct settings *s, const char *value)
{
	static const struct {
		char name[12];
		enum mode mode;
	} modes[] = {
		{"fix", MODE_FIX},
		{"background", MODE_BACKGROUND},
		{"foreground", MODE_FOREGROUND},
		{"off", MODE_OFF},
	};

	for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
		if (strcmp(value, modes[i].name) == 0) {
			s->mode = modes[i].mode;
			return true;
		}
	}
	s->mode = MODE_UNKNOWN;
	return false;
}

/* Is this program one of those that the list names?  An empty name or a path is bad. */
static bool parse_only(struct settings *s, const char *value)
{
	s->apply = false;
	for (;;) {
		size_t length = strcspn(value, ",");

		if (length == 0 || memchr(value, '/', length)) {
			s->apply = true; /* a bad value is for everybody to see */
			return false;
		}
		if (length == strlen(program_invocation_short_name) &&
		    memcmp(value, program_invocation_short_name, length) == 0)
			s->apply = true;
		if (value[length] == '\0')
			return true;
		value += length + 1;
	}
}

static bool parse_verbose(struct settings *s, const char *value)
{
	s->verbose = strcmp(value, "1") == 0;
	return s->verbose;
}

/* "PID" or "PID:foreground", as environment.c writes it. */
static bool parse_pid(struct settings *s, const char *value)
{
	char decimal[DECIMAL_SIZE];
	size_t length = strspn(value, "0123456789");
	bool foreground = strcmp(value + length, ":foreground") == 0;

	if (length == 0 || (value[length] && !foreground))
		return false;

	const char *self = message_decimal(decimal, getpid());
	if (length != strlen(self) || memcmp(value, self, length) != 0)
		return true;
	/* a number may come again, in another PID namespace; but a daemon leads no session */
	if (foreground || getsid(0) != getpid())
		s->standing = foreground ? STANDING_FOREGROUND : STANDING_DAEMON;
	return true;
}

/* These two are read first, and count in any case. */
enum { VARIABLE_ONLY, VARIABLE_PID };

static const struct variable {
	const char *name; /* after SETTINGS_PREFIX */
	const char *allowed;
	bool (*parse)(struct settings *, const char *value);
} variables[] = {
	[VARIABLE_ONLY] = {"ONLY", "names of programs, separated by commas", parse_only},
	[VARIABLE_PID] = {"PID", "set by the library", parse_pid},
	{"MODE", "fix, background, foreground or off", parse_mode},
	{"VERBOSE", "1", parse_verbose},
};

enum { VARIABLES = sizeof variables / sizeof variables[0] };

/* Only the first problem is told: one line, in which a long entry must not hide the rest. */
static void set_problem(struct settings *s, const char *entry, const char *what)
{
	char shown[160] = "";

	if (s->problem[0])
		return;
	message_append(shown, sizeof shown, entry);
	message_append(s->problem, sizeof s->problem, shown, what);
}

static void bad_value(struct settings *s, const struct variable *v, const char *entry)
{
	char what[128] = ": not allowed (";

	message_append(what, sizeof what, v->allowed, ")");
	set_problem(s, entry, what);
}

static void unknown_name(struct settings *s, const char *entry)
{
	char what[256] = ": no such variable (allowed:";

	for (size_t i = 0; i < VARIABLES; i++)
		message_append(what, sizeof what, " " SETTINGS_PREFIX, variables[i].name);
	message_append(what, sizeof what, ")");
	set_problem(s, entry, what);
}

/* The variable that an entry of the environment sets: VARIABLES if it is none of them. */
static size_t which(const char *entry)
{
	const char *name = entry + strlen(SETTINGS_PREFIX);
	size_t length = strcspn(name, "=");
	size_t i = 0;

	while (i < VARIABLES && (strlen(variables[i].name) != length ||
				 memcmp(name, variables[i].name, length) != 0))
		i++;
	return i;
}

static void read_one(struct settings *s, size_t i, const char *entry)
{
	if (entry && !variables[i].parse(s, strchr(entry, '=') + 1))
		bad_value(s, &variables[i], entry);
}

static void read_all(struct settings *s)
{
	const char *entries[VARIABLES] = {NULL};
	const char *unknown = NULL;

	for (char **e = environ; e && *e; e++) {
		if (strncmp(*e, SETTINGS_PREFIX, strlen(SETTINGS_PREFIX)) != 0)
			continue;
		size_t i = strchr(*e, '=') ? which(*e) : VARIABLES;
		if (i == VARIABLES)
			unknown = unknown ? unknown : *e;
		else if (!entries[i]) /* of two, the first, as getenv(3) */
			entries[i] = *e;
	}
	read_one(s, VARIABLE_ONLY, entries[VARIABLE_ONLY]);
	read_one(s, VARIABLE_PID, entries[VARIABLE_PID]);
	if (!s->apply)
		return;
	for (size_t i = VARIABLE_PID + 1; i < VARIABLES; i++)
		read_one(s, i, entries[i]);
	if (unknown)
		unknown_name(s, unknown);
}

static struct settings settings = {.apply = true};

const struct settings *settings_get(void)
{
	static bool done;

	if (!done) {
		done = true;
		/* secure_getenv(3) for all of them: a set-user-ID program gets the defaults. */
		if (!getauxval(AT_SECURE))
			read_all(&settings);
	}
	return &settings;
}

void settings_consume(void)
{
	settings = (struct settings){.apply = settings.apply};
}
