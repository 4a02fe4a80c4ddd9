// SPDX-License-Identifier: MIT
#include "descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int descriptor_above_stdio(int fd)
{
	if (fd < 0 || fd > STDERR_FILENO)
		return fd;

	int moved = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	/* EINVAL: RLIMIT_NOFILE allows no descriptor above 2 */
	int saved_errno = moved < 0 && errno == EINVAL ? EMFILE : errno;
	close(fd);
	errno = saved_errno;
	return moved;
}

void descriptor_close(int *fd)
{
	int saved_errno = errno;

	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	errno = saved_errno;
}
