// SPDX-License-Identifier: MIT
/* Messages about what became of the program. */
#include "outcome.h"

#include "kernel.h"
#include "message.h"
#include "servicemanager.h"
#include "when.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

enum { PTS_MAJOR = 136 /* to 143: Documentation/admin-guide/devices.txt */ };

/* Appends the name of this process's controlling terminal, if it has one. */
static void append_terminal(char text[OUTCOME_SIZE])
{
	char decimal[DECIMAL_SIZE];
	unsigned device = 0;
	int fd = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);

	if (fd < 0)
		return;
	/* libcs differ in the type of ioctl's second argument */
	if (KERNEL_CALL3(ioctl, fd, TIOCGDEV, &device) == 0 && major(device) == PTS_MAJOR)
		message_append(text, OUTCOME_SIZE, ", left /dev/pts/",
			       message_decimal(decimal, (long)minor(device)));
	else
		message_append(text, OUTCOME_SIZE, ", left its terminal");
	close(fd);
}

static void append_setting(char text[OUTCOME_SIZE], const char *what, const char *value)
{
	if (value)
		message_append(text, OUTCOME_SIZE, ", ", what, " ", value);
}

void outcome_describe(char text[OUTCOME_SIZE], const char *what, pid_t pid)
{
	const struct settings *s = settings_get();
	char p[DECIMAL_SIZE], id[DECIMAL_SIZE];

	text[0] = '\0';

	message_append(text, OUTCOME_SIZE, program_invocation_short_name, ": ", what, ": mode ",
		       settings_mode_name(s->mode), ", PID ", message_decimal(p, pid), ", session ",
		       message_decimal(id, getsid(pid)));
	if (pid != getpid())
		append_terminal(text);
}

void outcome_describe_setup(char text[OUTCOME_SIZE])
{
	const struct settings *s = settings_get();

	append_setting(text, "directory", s->directory);
	append_setting(text, "stdout", s->output);
	append_setting(text, "stderr", s->error);
	append_setting(text, "PID file", s->pidfile);
	if (s->close_fds)
		message_append(text, OUTCOME_SIZE, ", other descriptors closed");
}

void outcome_tell_failure(const char *problem)
{
	if (problem[0])
		message(problem);
	else
		message(program_invocation_short_name,
			": could not become a daemon: ", strerror(errno));
}

__attribute__((noinline)) void outcome_tell_setup_failure(const struct setup *setup,
							  enum setup_step step)
{
	const struct settings *s = settings_get();
	int saved_errno = errno;
	char problem[OUTCOME_PROBLEM_SIZE] = "";

	setup_explain(setup, step, errno, problem, sizeof problem);
	if (problem[0] || s->verbose || s->mode == MODE_BACKGROUND ||
	    s->mode == MODE_FOREGROUND_FORK)
		outcome_tell_failure(problem);
	errno = saved_errno;
}

void outcome_tell_unused_ready(const struct settings *s)
{
	bool in_front = s->mode == MODE_FOREGROUND_FORK;
	char shown[OUTCOME_SIZE] = "";
	const char *reason = NULL;

	if (s->ready && !in_front && s->mode != MODE_FOREGROUND)
		reason = "as PID 1 in this mode (use mode foreground)";
	else if (s->ready && !servicemanager_socket())
		reason = "in the foreground, because NOTIFY_SOCKET is not set";
	else if (s->ready && !in_front && !when_waits_for_listen(s->ready))
		reason = "in mode foreground (only listen has one)";
	if (!reason)
		return;
	settings_show(shown, sizeof shown, "READY", s->ready);
	message(shown, ": no effect ", reason);
}
