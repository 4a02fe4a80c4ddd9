// SPDX-License-Identifier: MIT
/* Opens and replaces descriptors 0, 1 and 2. */
#include "stdfds.h"

#include "descriptor.h"
#include "message.h"
#include "safeopen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static bool is_null_device(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3);
}

int stdfds_open_null(void)
{
	/* O_NOCTTY: a file named /dev/null may be a terminal. */
	int fd = descriptor_above_stdio(open("/dev/null", O_RDWR | O_NOCTTY | O_CLOEXEC));

	if (fd >= 0 && !is_null_device(fd)) {
		close(fd);
		errno = ENODEV;
		return -1;
	}
	return fd;
}

/*
 * The open descriptor that the path names; -1: the path names none.  It is duplicated because
 * opening it again fails for sockets (the journal's) and for other users' pipes.
 */
static int descriptor_of(const char *path)
{
	static const char *const directories[] = {"/dev/fd/", "/proc/self/fd/"};

	if (strcmp(path, "/dev/stdout") == 0)
		return STDOUT_FILENO;
	if (strcmp(path, "/dev/stderr") == 0)
		return STDERR_FILENO;
	for (size_t i = 0; i < sizeof directories / sizeof directories[0]; i++) {
		size_t length = strlen(directories[i]);

		if (strncmp(path, directories[i], length) == 0 && path[length] &&
		    !path[length + strspn(path + length, "0123456789")])
			return (int)message_number(path + length);
	}
	return -1;
}

int stdfds_open_log(const char *path)
{
	int open_one = descriptor_of(path);

	if (open_one >= 0)
		return fcntl(open_one, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	/* O_NONBLOCK: a FIFO without a reader is an error, not a reason to wait. */
	int fd = safe_open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, 0640);

	if (fd >= 0)
		fcntl(fd, F_SETFL, O_APPEND);
	return fd;
}

bool stdfds_same(int fd, int other)
{
	struct stat a, b;

	return fstat(fd, &a) == 0 && fstat(other, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

static int replace(int fd, int target)
{
	int got;

	do
		got = dup2(fd, target);
	while (got < 0 && errno == EINTR);
	return got;
}

int stdfds_replace(const int fds[3])
{
	for (int target = STDIN_FILENO; target <= STDERR_FILENO; target++)
		if (fds[target] >= 0 && replace(fds[target], target) < 0)
			return -1;
	return 0;
}
