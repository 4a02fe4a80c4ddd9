// SPDX-License-Identifier: MIT
/*
 * daemonfix env: shows what the DAEMONFIX_ variables in force would do, for debugging unit files.
 *
 * Standard output gets a table: the library, and each variable with its value and effect.  Standard
 * error gets the library's messages, but about every bad variable, not only the first.
 *
 * Status: 0 no variable is bad; 1 a variable is bad; 125 daemonfix failed.
 */
#include "../core/settings.h"
#include "command.h"
#include "ldpreload.h"
#include "output.h"
#include "text.h"

#include <link.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { STATUS_BAD = 1 };

static const struct variable {
	const char *name;
	const char *effect; /* the effect of any allowed value */
	const char *by_default;
} variables[] = {
	{SETTINGS_PREFIX "MODE", NULL, NULL}, /* each value has an effect of its own */
	{SETTINGS_PREFIX "ONLY",
	 "only these programs obey the settings, any other gets the plain fix",
	 "every program obeys the settings"},
	{SETTINGS_PREFIX "CHDIR", "the daemon's directory",
	 "the directory that the program asks for"},
	{SETTINGS_PREFIX "UMASK", "the daemon's umask", "the umask stays"},
	{SETTINGS_PREFIX "STDOUT", "standard output is appended to this file",
	 "the standard output that the program asks for"},
	{SETTINGS_PREFIX "STDERR", "standard error is appended to this file",
	 "the standard error that the program asks for"},
	{SETTINGS_PREFIX "PIDFILE", "contains the daemon's PID, locked while the daemon runs",
	 "no PID file"},
	{SETTINGS_PREFIX "CLOSEFDS", "inherited descriptors above 2 are closed",
	 "inherited descriptors stay open"},
	{SETTINGS_PREFIX "READY", "the launching process ends when this happens",
	 "the launching process does not wait until the daemon is ready"},
	{SETTINGS_PREFIX "TIMEOUT", "the launching process waits at most this many seconds",
	 "the launching process waits at most 60 seconds"},
	{SETTINGS_PREFIX "VERBOSE", "a line on standard error says what became of the program",
	 "only errors are reported"},
	{SETTINGS_PREFIX "PID", "the library has marked the process with this PID",
	 "no process is marked"},
};

enum { VARIABLES = sizeof variables / sizeof variables[0] };

static const char *const modes[] = {
	[MODE_FIX] = "daemon(3) makes a correct daemon",
	[MODE_FIX_FORK] = "as fix; the first fork(2) makes a child that does not lead its session",
	[MODE_BACKGROUND] = "a program becomes a daemon before main(), as by daemon(1, 0)",
	[MODE_FOREGROUND] = "a program that calls daemon(3) stays in the foreground",
	[MODE_FOREGROUND_FORK] =
		"the program becomes the child of a process that stays in the foreground",
	[MODE_OFF] =
		"daemon(3) is the next library's or libc's, and no other variable has an effect",
};

/* The first entry for a name, as getenv(3) finds it; NULL if there is none. */
static const char *entry_of(const char *name)
{
	size_t length = strlen(name);

	for (char **e = environ; *e; e++)
		if (strncmp(*e, name, length) == 0 && (*e)[length] == '=')
			return *e;
	return NULL;
}

static enum mode mode_in_force(void)
{
	const char *entry = entry_of(SETTINGS_PREFIX "MODE");
	enum mode mode = MODE_FIX;

	while (entry && mode < MODE_UNKNOWN &&
	       strcmp(strchr(entry, '=') + 1, settings_mode_name(mode)) != 0)
		mode++;
	return mode;
}

/* Writes the library's message to standard error, and the consequence to the table. */
static void say_bad(const char *entry, const char *problem)
{
	const char *consequence = "daemon(3) fails with EINVAL";
	enum mode mode = mode_in_force();

	if (mode == MODE_BACKGROUND || mode == MODE_FOREGROUND_FORK || mode == MODE_UNKNOWN)
		consequence = "programs end with status 125 before main()";
	else if (mode == MODE_FIX_FORK)
		consequence = "daemon(3) and the first fork(2) fail with EINVAL";
	else if (mode == MODE_OFF)
		consequence = "no effect in mode off";
	say("%-18.*s  bad: %s", (int)strcspn(entry, "="), entry, consequence);
	complain("%s", problem);
}

static bool say_variable(const struct variable *v)
{
	const char *entry = entry_of(v->name);
	char problem[SETTINGS_PROBLEM_SIZE];
	bool is_mode = !v->effect;

	if (entry && !settings_check(entry, problem)) {
		say_bad(entry, problem);
		return false;
	}
	if (entry)
		say("%-18s  %s: %s", v->name, strchr(entry, '=') + 1,
		    is_mode ? modes[mode_in_force()] : v->effect);
	else
		say("%-18s  not set: %s", v->name, is_mode ? modes[MODE_FIX] : v->by_default);
	return true;
}

static bool is_known(const char *entry)
{
	for (size_t i = 0; i < VARIABLES; i++) {
		size_t length = strlen(variables[i].name);

		if (strncmp(entry, variables[i].name, length) == 0 && entry[length] == '=')
			return true;
	}
	return false;
}

/* Reports names that do not exist: typing errors. */
static bool say_unknown(void)
{
	char problem[SETTINGS_PROBLEM_SIZE];
	bool none = true;

	for (char **e = environ; *e; e++) {
		if (strncmp(*e, SETTINGS_PREFIX, strlen(SETTINGS_PREFIX)) != 0 || is_known(*e))
			continue;
		settings_check(*e, problem);
		say_bad(*e, problem);
		none = false;
	}
	return none;
}

/* For dl_iterate_phdr(3): keeps the name of the object if it is the library. */
static int is_library(struct dl_phdr_info *object, size_t size, void *data)
{
	const char *slash = strrchr(object->dlpi_name, '/');
	const char **path = data;

	(void)size;
	if (strcmp(slash ? slash + 1 : object->dlpi_name, LIBRARY_NAME) != 0)
		return 0;
	*path = object->dlpi_name;
	return 1;
}

/* The library that is preloaded into this process would be preloaded into others. */
static void say_library(void)
{
	const char *preload = entry_of("LD_PRELOAD"), *path = NULL;

	dl_iterate_phdr(is_library, &path);
	if (path)
		say("%-18s  %s: preloaded", LIBRARY_NAME, path);
	else if (preload && strstr(preload, LIBRARY_NAME))
		say("%-18s  in LD_PRELOAD, but cannot be loaded: no variable has an effect",
		    LIBRARY_NAME);
	else
		say("%-18s  not in LD_PRELOAD: no variable has an effect", LIBRARY_NAME);
}

const char env_usage[] =
	"usage: daemonfix env\n"
	"\n"
	"Says what the DAEMONFIX_ variables in force would do, and which of them are bad.\n";

int command_env(int argc, char **argv)
{
	bool good = true;

	if (argc == 2 && (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0))
		return show_usage(env_usage);
	if (argc > 1)
		return bad_usage("env: %s: no argument is expected", argv[1]);
	say_library();
	for (size_t i = 0; i < VARIABLES; i++)
		if (!say_variable(&variables[i]))
			good = false;
	if (!say_unknown())
		good = false;
	return good ? 0 : STATUS_BAD;
}
