// SPDX-License-Identifier: MIT
/* The building blocks: standard descriptors, directory, waiting. */
#include "../core/stdfds.h"
#include "../daemonfix.h"

#include <errno.h>

int daemonfix_redirect_stdio(void)
{
	int null = stdfds_open_null();

	if (null < 0)
		return -1;
	int result = stdfds_replace((const int[3]){null, null, null});
	int saved_errno = errno;
	close(null);
	errno = saved_errno;
	return result;
}

int daemonfix_close_stdio(void)
{
	int error = 0;

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (close(fd) < 0 && errno != EINTR && errno != EBADF)
			error = errno;
	if (error == 0)
		return 0;
	errno = error;
	return -1;
}

int daemonfix_chdir_root(void)
{
	return chdir("/");
}

static pid_t wait_for_child(pid_t pid, int *status, int options)
{
	pid_t got;

	do
		got = waitpid(pid, status, options);
	while (got < 0 && errno == EINTR);
	return got;
}

pid_t daemonfix_wait(pid_t pid, int *status)
{
	return wait_for_child(pid, status, 0);
}

pid_t daemonfix_wait_any(int *status)
{
	return wait_for_child(-1, status, 0);
}

pid_t daemonfix_wait_nohang(pid_t pid, int *status)
{
	return wait_for_child(pid, status, WNOHANG);
}

pid_t daemonfix_wait_any_nohang(int *status)
{
	return wait_for_child(-1, status, WNOHANG);
}
