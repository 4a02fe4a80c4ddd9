// SPDX-License-Identifier: MIT
/* Closing what was inherited, without trying every number up to RLIMIT_NOFILE. */
#include "closefds.h"

#include "kernel.h"
#include "message.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool is_spared(int fd, const int *spare, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (spare[i] == fd)
			return true;
	return false;
}

/* The lowest of spare that is not below from; -1 if there is none. */
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

/* What getdents64(2) writes; not every libc declares it. */
struct entry {
	uint64_t inode;
	int64_t offset;
	unsigned short length;
	unsigned char type;
	char name[];
};

/* opendir(3) allocates; so the directory is read by hand. */
static int close_listed(const int *spare, size_t count)
{
	_Alignas(struct entry) char entries[4096];
	long n;
	int dir = open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0)
		return -1;
	while ((n = KERNEL_CALL3(getdents64, dir, entries, sizeof entries)) > 0) {
		struct entry *entry;

		for (long at = 0; at < n; at += entry->length) {
			entry = (struct entry *)(entries + at);
			int fd = (int)message_number(entry->name); /* "." and "..": 0 */

			if (fd > STDERR_FILENO && fd != dir && !is_spared(fd, spare, count))
				close(fd);
		}
	}
	close(dir);
	return n < 0 ? -1 : 0;
}

int close_fds_but(const int *spare, size_t count)
{
	return close_ranges(spare, count) == 0 ? 0 : close_listed(spare, count);
}
