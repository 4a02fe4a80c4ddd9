// SPDX-License-Identifier: MIT
/*
 * Reads the environment into a struct settings, once.
 *
 * It is read at load because programs later overwrite their environment (to set the title that
 * ps(1) shows).  For the same reason nothing here points into it.
 *
 * A new variable needs a line in the table below, a parser, and a member of the struct.
 */
#include "settings.h"

#include "copy.h"
#include "message.h"
#include "typo.h"
#include "when.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

static const char mode_names[][16] = {
	[MODE_FIX] = "fix",
	[MODE_FIX_FORK] = "fix-fork",
	[MODE_BACKGROUND] = "background",
	[MODE_FOREGROUND] = "foreground",
	[MODE_FOREGROUND_FORK] = "foreground-fork",
	[MODE_OFF] = "off",
};

const char *settings_mode_name(enum mode mode)
{
	return mode_names[mode];
}

/* The parsers: each sets its member of struct settings, and returns false for a bad value. */

static bool parse_mode(void *member, const char *value)
{
	enum mode *mode = member;

	for (*mode = MODE_FIX; *mode < MODE_UNKNOWN; ++*mode)
		if (strcmp(value, mode_names[*mode]) == 0)
			return true;
	return false;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Does the #! line of the file name this program, as its interpreter or after env(1)? */
static bool is_script_of(const char *path, const char *self)
{
	char line[128];
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, line, sizeof line - 1);

	if (fd >= 0)
		close(fd);
	if (n < 2)
		return false;
	line[n] = '\0';
	line[strcspn(line, "\n")] = '\0';
	if (!settings_begins(line, "#!"))
		return false;
	for (char *word = line + 2, *end; *word; word = end) {
		word += strspn(word, " \t");
		end = word + strcspn(word, " \t");
		if (*end)
			*end++ = '\0';
		if (strcmp(base_name(word), self) == 0)
			return true;
	}
	return false;
}

/*
 * The name of the script that this program runs; NULL: none.  The kernel says which file was
 * started, unless env(1) or another interpreter has executed this program since.
 */
enum { ARGUMENTS_SIZE = 2048 };

static const char *script_name(const char *self, char arguments[ARGUMENTS_SIZE])
{
	const char *started =
		(const char *)getauxval(AT_EXECFN); // NOLINT(performance-no-int-to-ptr)
	int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, arguments, ARGUMENTS_SIZE - 1);

	if (fd >= 0)
		close(fd);
	arguments[n > 0 ? n : 0] = '\0';
	if (started && is_script_of(started, self))
		return base_name(started);
	for (const char *a = arguments; a < arguments + n; a += strlen(a) + 1)
		if (a > arguments && *a && *a != '-')
			return is_script_of(a, self) ? base_name(a) : NULL;
	return NULL;
}

/* Is self name, which has length characters? */
static bool is_named(const char *name, size_t length, const char *self)
{
	return self && length == strlen(self) && strncmp(name, self, length) == 0;
}

/* Does the list name this program?  An empty name or a path is a bad value. */
static bool parse_only(void *member, const char *value)
{
	char arguments[ARGUMENTS_SIZE];
	const char *self = program_invocation_short_name, *script = script_name(self, arguments);
	bool *ignored = member;

	*ignored = true;
	for (;; value++) {
		size_t length = strcspn(value, ",");

		if (length == 0 || strcspn(value, "/") < length) {
			*ignored = false; /* every program reports a bad value */
			return false;
		}
		if (is_named(value, length, self) || is_named(value, length, script))
			*ignored = false;
		value += length;
		if (!*value)
			return true;
	}
}

static bool parse_path(void *member, const char *value)
{
	const char **path = member;

	if (value[0] != '/' || strlen(value) >= PATH_MAX)
		return false;
	*path = copy_text(value); /* programs overwrite their environment */
	return *path;
}

static bool take_number(const char **text, long *number)
{
	size_t digits = strspn(*text, "0123456789");

	*number = digits > 0 && digits < 10 ? message_number(*text) : -1;
	*text += digits;
	return *number >= 0;
}

static bool take_word(const char **text, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(*text, word, length) != 0)
		return false;
	*text += length;
	return true;
}

/* "PID:f" or "PID:s": see environment_claim().  Returns false if it is no claim. */
static bool parse_claim(struct mark *mark, long pid, const char *rest)
{
	if (strcmp(rest, ":f") != 0 && strcmp(rest, ":s") != 0)
		return false;
	mark->claim = pid == getpid() ? CLAIM_OWN : CLAIM_OTHERS;
	mark->has_session = rest[1] == 's' && getsid(0) != pid;
	return true;
}

static void take_report(struct mark *mark, const char **text)
{
	size_t length = strcspn(*text, ":");

	if (length < sizeof mark->report)
		memcpy(mark->report, *text, length);
	*text += length;
}

/* "PID", followed by those words below that apply, and ":FD@PIDFILE": environment_mark(). */
static bool parse_mark(struct mark *mark, long pid, const char *rest)
{
	bool foreground = take_word(&rest, ":foreground");
	long fd;

	mark->behind_front = foreground && take_word(&rest, "-fork");
	if (take_word(&rest, ":fork(")) {
		size_t length = strcspn(rest, ")");

		mark->forks = is_named(rest, length, program_invocation_short_name);
		rest += length + (rest[length] == ')');
	}
	mark->directory = take_word(&rest, ":chdir");
	mark->output = take_word(&rest, ":stdout");
	mark->error = take_word(&rest, ":stderr");
	if (take_word(&rest, ":report@"))
		take_report(mark, &rest);
	if (take_word(&rest, ":")) {
		if (!take_number(&rest, &fd) || !take_word(&rest, "@") ||
		    !parse_path(&mark->path, rest))
			return false;
		mark->fd = (int)fd;
	} else if (*rest) {
		return false;
	}
	/* a PID may be reused, or be in another PID namespace; but a daemon leads no session */
	if (pid == getpid() && (foreground || getsid(0) != pid))
		mark->standing = foreground ? STANDING_FOREGROUND : STANDING_DAEMON;
	return true;
}

static bool parse_pid(void *member, const char *value)
{
	long pid;

	return take_number(&value, &pid) &&
	       (parse_claim(member, pid, value) || parse_mark(member, pid, value));
}

static bool parse_flag(void *member, const char *value)
{
	bool *flag = member;

	*flag = strcmp(value, "1") == 0;
	return *flag;
}

static bool parse_umask(void *member, const char *value)
{
	struct umask_setting *umask = member;
	mode_t mask = 0;

	if (!*value)
		return false;
	for (; *value >= '0' && *value <= '7' && mask <= 0777; value++)
		mask = mask * 8 + (mode_t)(*value - '0');
	if (*value || mask > 0777)
		return false;
	*umask = (struct umask_setting){true, mask};
	return true;
}

static bool parse_ready(void *member, const char *value)
{
	const char **ready = member, *list = value;
	struct when w;

	while (when_next(&list, &w))
		if (w.kind == WHEN_BAD)
			return false;
	*ready = copy_text(value);
	return *ready;
}

static bool parse_timeout(void *member, const char *value)
{
	long long *timeout = member;
	const char *end = when_seconds(value, timeout);

	if (*timeout == 0)
		*timeout = -1;
	return end && !*end;
}

/* ONLY and PID are read first, and always apply. */
enum { VARIABLE_ONLY, VARIABLE_PID, VARIABLE_MODE };

#define MEMBER(name) offsetof(struct settings, name)

static const struct variable {
	const char *name; /* after SETTINGS_PREFIX */
	const char *allowed;
	bool (*parse)(void *member, const char *value);
	size_t member;
} variables[] = {
	[VARIABLE_ONLY] = {"ONLY", "names of programs, separated by commas", parse_only,
			   MEMBER(ignored)},
	[VARIABLE_PID] = {"PID", "set by the library", parse_pid, MEMBER(mark)},
	[VARIABLE_MODE] = {"MODE", "fix, fix-fork, background, foreground, foreground-fork or off",
			   parse_mode, MEMBER(mode)},
	{"CHDIR", "an absolute path", parse_path, MEMBER(directory)},
	{"UMASK", "octal, 0000 to 0777", parse_umask, MEMBER(umask)},
	{"STDOUT", "an absolute path", parse_path, MEMBER(output)},
	{"STDERR", "an absolute path", parse_path, MEMBER(error)},
	{"PIDFILE", "an absolute path", parse_path, MEMBER(pidfile)},
	{"CLOSEFDS", "1", parse_flag, MEMBER(close_fds)},
	{"READY", "listen, listen:PORT, listen:/PATH, notify, alive:SECONDS; several with commas",
	 parse_ready, MEMBER(ready)},
	{"TIMEOUT", "seconds, 0 for no limit", parse_timeout, MEMBER(timeout_ms)},
	{"VERBOSE", "1", parse_flag, MEMBER(verbose)},
};

enum { VARIABLES = sizeof variables / sizeof variables[0] };

/* Only the first problem is reported, on one line; a long entry must not hide the rest. */
static void set_problem(struct settings *s, const char *entry, const char *what)
{
	char shown[160] = "";

	if (s->problem[0])
		return;
	message_append(shown, sizeof shown, entry);
	message_append(s->problem, sizeof s->problem, shown, what);
}

const char *(*settings_as_given)(const char *name);

void settings_show(char *text, size_t size, const char *name, const char *value)
{
	const char *given = settings_as_given ? settings_as_given(name) : NULL;

	if (given)
		message_append(text, size, given);
	else
		message_append(text, size, SETTINGS_PREFIX, name, "=", value);
}

static void bad_value(struct settings *s, const struct variable *v, const char *entry)
{
	char shown[160] = "", what[128] = ": not allowed (";

	settings_show(shown, sizeof shown, v->name, strchr(entry, '=') + 1);
	message_append(what, sizeof what, v->allowed, ")");
	set_problem(s, shown, what);
}

/* The variable that was meant, if the name of entry has a typing error; otherwise NULL. */
static const char *meant(const char *entry)
{
	const char *name = entry + strlen(SETTINGS_PREFIX);

	for (int letters = 1; letters <= TYPO_LETTERS && strchr(name, '='); letters++)
		for (size_t i = 0; i < VARIABLES; i++)
			if (i != VARIABLE_PID && is_typo_of(name, variables[i].name, letters))
				return variables[i].name;
	return NULL;
}

static void unknown_name(struct settings *s, const char *entry)
{
	char what[320] = ": no such variable (";
	const char *near = meant(entry);

	if (near)
		message_append(what, sizeof what, "did you mean " SETTINGS_PREFIX, near, "? ");
	message_append(what, sizeof what, "allowed:");
	for (size_t i = 0; i < VARIABLES; i++)
		if (i != VARIABLE_PID) /* not for users */
			message_append(what, sizeof what, " " SETTINGS_PREFIX, variables[i].name);
	message_append(what, sizeof what, ")");
	set_problem(s, entry, what);
}

/* The index of the variable that entry sets; VARIABLES if it sets none. */
static size_t which(const char *entry)
{
	const char *name = entry + strlen(SETTINGS_PREFIX);
	size_t length = strcspn(name, "=");
	size_t i = 0;

	while (i < VARIABLES && (strlen(variables[i].name) != length ||
				 strncmp(name, variables[i].name, length) != 0))
		i++;
	return i;
}

static void read_one(struct settings *s, size_t i, const char *entry)
{
	if (entry && !variables[i].parse((char *)s + variables[i].member, strchr(entry, '=') + 1))
		bad_value(s, &variables[i], entry);
}

bool settings_check(const char *entry, char problem[SETTINGS_PROBLEM_SIZE])
{
	struct settings s = {0};
	size_t i = strchr(entry, '=') ? which(entry) : VARIABLES;

	if (i == VARIABLES)
		unknown_name(&s, entry);
	else
		read_one(&s, i, entry);
	memcpy(problem, s.problem, sizeof s.problem);
	return !problem[0];
}

/* DAEMONFIX_PID=0 names no process, and another DAEMONFIX_PID may be beside it. */
static bool is_unmarked(const char *entry)
{
	static const char mark[] = SETTINGS_PREFIX "PID=0";

	return settings_begins(entry, mark) && message_number(entry + sizeof mark - 2) == 0;
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
		else if (!entries[i] && !is_unmarked(*e)) /* the first of two, as getenv(3) */
			entries[i] = *e;
	}
	read_one(s, VARIABLE_ONLY, entries[VARIABLE_ONLY]);
	read_one(s, VARIABLE_PID, entries[VARIABLE_PID]);
	if (s->ignored || s->mark.claim == CLAIM_OTHERS)
		return;
	if (s->mark.claim == CLAIM_OWN)
		s->mode = MODE_FIX_FORK; /* DAEMONFIX_MODE has become DAEMONFIX_PID */
	if (s->mark.forks && s->mark.standing == STANDING_DAEMON)
		s->mode = MODE_FIX_FORK; /* its mode before it executed this program */
	for (size_t i = VARIABLE_MODE; i < VARIABLES; i++)
		read_one(s, i, entries[i]);
	if (unknown)
		unknown_name(s, unknown);
}

static struct settings settings; /* all zero: the defaults */

static bool are_read;

bool settings_are_read(void)
{
	return are_read;
}

/* Most programs have none of our variables, and only pay for this loop. */
static bool are_there(void)
{
	for (char **e = environ; e && *e; e++)
		if (settings_begins(*e, SETTINGS_PREFIX))
			return true;
	return false;
}

bool settings_read(void)
{
	static bool found;

	if (are_read)
		return found;
	are_read = true;
	found = are_there();
	if (found)
		message_at_load();
	/* As secure_getenv(3): a set-user-ID program gets the defaults. */
	if (found && !getauxval(AT_SECURE))
		read_all(&settings);
	return found;
}

const char *settings_first(const struct settings *s)
{
	return s->pidfile     ? "PIDFILE"
	       : s->output    ? "STDOUT"
	       : s->error     ? "STDERR"
	       : s->directory ? "CHDIR"
	       : s->umask.set ? "UMASK"
	       : s->close_fds ? "CLOSEFDS"
			      : NULL;
}

const struct settings *settings_get(void)
{
	return &settings;
}

struct mark settings_mark(const struct settings *s, enum standing as, const struct mark *previous)
{
	struct mark mark = {
		.standing = as,
		.behind_front =
			s->mode == MODE_FOREGROUND_FORK || (previous && previous->behind_front),
		.directory = s->directory || (previous && previous->directory),
		.output = s->output || (previous && previous->output),
		.error = s->error || (previous && previous->error),
		.notify = s->notify,
	};

	if (s->report)
		message_append(mark.report, sizeof mark.report, s->report);
	return mark;
}

void settings_set_waiting(const char *report, const char *notify)
{
	settings.ready = NULL;
	settings.report = report;
	settings.notify = notify;
}

void settings_forget_pidfile(void)
{
	settings.pidfile = NULL;
}

void settings_consume(const struct mark *mark)
{
	bool ignored = settings.ignored;

	memset(&settings, 0, sizeof settings);
	settings.ignored = ignored;
	settings.mark = *mark;
}
