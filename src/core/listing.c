// SPDX-License-Identifier: MIT
#include "listing.h"

#include "kernel.h"
#include "message.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

/* A record of getdents64(2); not every libc declares it. */
struct entry {
	uint64_t inode;
	int64_t offset;
	unsigned short length;
	unsigned char type;
	char name[];
};

static bool visit_all(int directory, const char *entries, long size,
		      bool (*visit)(int directory, long number, void *arg), void *arg)
{
	const struct entry *entry;

	for (long at = 0; at < size; at += entry->length) {
		entry = (const struct entry *)(entries + at);
		if (entry->name[0] >= '0' && entry->name[0] <= '9' &&
		    !visit(directory, message_number(entry->name), arg))
			return false;
	}
	return true;
}

int listing_numbers(const char *path, bool (*visit)(int directory, long number, void *arg),
		    void *arg)
{
	_Alignas(struct entry) char entries[2048] = "";
	long n;
	int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (directory < 0)
		return -1;
	while ((n = KERNEL_CALL3(getdents64, directory, entries, sizeof entries)) > 0)
		if (!visit_all(directory, entries, n, visit, arg))
			break;
	int saved_errno = errno;
	close(directory);
	errno = saved_errno;
	return n < 0 ? -1 : 0;
}
