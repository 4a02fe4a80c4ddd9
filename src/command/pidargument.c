// SPDX-License-Identifier: MIT
/* A process that the command line names. */
#include "pidargument.h"

#include "holder.h"
#include "text.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DIGITS "0123456789"

/* Returns 0 if text is no PID. */
static pid_t parse(const char *text)
{
	errno = 0;
	long pid = strtol(text, NULL, 10);

	if (text[strspn(text, DIGITS)] || errno || pid > INT_MAX)
		return 0;
	return (pid_t)pid;
}

/* Inspecting is harmless, so the process need not be proved to be the daemon. */
static enum pid_argument by_file(const char *path, pid_t *pid, char **reason)
{
	enum pid_argument result = PID_ARGUMENT_BAD_FILE;
	struct holder h;

	holder_find(path, &h);
	*pid = h.state == HOLDER_RUNS ? h.process.pid : h.number;
	if (h.state == HOLDER_DEAD)
		result = PID_ARGUMENT_ENDED;
	else if (*pid > 0)
		result = PID_ARGUMENT_FOUND;
	if (result != PID_ARGUMENT_FOUND)
		*reason = text_new("%s: %s", path, h.sentence);
	holder_close(&h);
	return result;
}

bool pid_argument_is_only_a_pid(const char *text)
{
	return parse(text) > 0 && access(text, F_OK) < 0 && errno == ENOENT;
}

enum pid_argument pid_argument(const char *text, pid_t *pid, char **reason)
{
	*reason = NULL;
	*pid = parse(text);
	if (*pid > 0)
		return PID_ARGUMENT_FOUND;
	if (!text[strspn(text, "+- \t" DIGITS)])
		return PID_ARGUMENT_BAD;
	return by_file(text, pid, reason);
}
