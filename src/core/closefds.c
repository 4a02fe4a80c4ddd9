// SPDX-License-Identifier: MIT
/* Closes inherited descriptors without trying every number up to RLIMIT_NOFILE. */
#include "closefds.h"

#include "kernel.h"
#include "listing.h"

#include <errno.h>
#include <stdbool.h>
#include <unistd.h>

static bool is_spared(int fd, const int *spare, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (spare[i] == fd)
			return true;
	return false;
}

/* The lowest entry of spare that is at least from; -1 if there is none. */
static int next_spared(int from, const int *spare, size_t count)
{
	int next = -1;

	for (size_t i = 0; i < count; i++)
		if (spare[i] >= from && (next < 0 || spare[i] < next))
			next = spare[i];
	return next;
}

static int close_ranges(const int *spare, size_t count)
{
#ifdef SYS_close_range /* Linux 5.9 */
	unsigned from = STDERR_FILENO + 1;
	int next;

	while ((next = next_spared((int)from, spare, count)) >= 0) {
		if ((unsigned)next > from &&
		    KERNEL_CALL3(close_range, from, (unsigned)next - 1, 0) < 0)
			return -1;
		from = (unsigned)next + 1;
	}
	return (int)KERNEL_CALL3(close_range, from, ~0U, 0);
#else
	errno = ENOSYS;
	return -1;
#endif
}

struct spared {
	const int *fds;
	size_t count;
};

static bool close_one(int directory, long number, void *arg)
{
	const struct spared *s = arg;
	int fd = (int)number;

	if (fd > STDERR_FILENO && fd != directory && !is_spared(fd, s->fds, s->count))
		close(fd);
	return true;
}

int close_fds_but(const int *spare, size_t count)
{
	return close_ranges(spare, count) == 0 ? 0
					       : listing_numbers("/proc/self/fd", close_one,
								 &(struct spared){spare, count});
}
