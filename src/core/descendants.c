// SPDX-License-Identifier: MIT
#include "descendants.h"

#include "listing.h"
#include "message.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

void descendants_path(char path[DESCENDANTS_PATH], pid_t pid, const char *name)
{
	char decimal[DECIMAL_SIZE];

	path[0] = '\0';
	message_append(path, DESCENDANTS_PATH, "/proc/", message_decimal(decimal, pid), name);
}

static void add(struct descendants *d, pid_t pid)
{
	if (pid > 0 && d->count < DESCENDANTS_MAX)
		d->pids[d->count++] = pid;
}

/* The children of one thread: numbers, each followed by a space. */
static bool add_children_of(int directory, long thread, void *arg)
{
	char path[DESCENDANTS_PATH] = "", decimal[DECIMAL_SIZE], text[512];
	struct descendants *d = arg;
	pid_t number = 0;
	ssize_t n;

	message_append(path, sizeof path, message_decimal(decimal, thread), "/children");
	int fd = openat(directory, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return true;
	while ((n = read(fd, text, sizeof text)) > 0)
		for (ssize_t i = 0; i < n; i++) {
			bool digit = text[i] >= '0' && text[i] <= '9';

			if (!digit)
				add(d, number);
			number = digit ? number * 10 + (text[i] - '0') : 0;
		}
	close(fd);
	return true;
}

void descendants_find(struct descendants *d)
{
	char path[DESCENDANTS_PATH];

	d->count = 0;
	descendants_path(path, getpid(), "/task");
	listing_numbers(path, add_children_of, d);
	for (size_t i = 0; i < d->count; i++) {
		descendants_path(path, d->pids[i], "/task");
		listing_numbers(path, add_children_of, d);
	}
}

pid_t descendants_parent(pid_t pid)
{
	char path[DESCENDANTS_PATH], text[256];

	descendants_path(path, pid, "/stat");
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	const char *state = strrchr(text, ')'); /* the name may have any character */
	return state && strlen(state) > 4 ? (pid_t)message_number(state + 4) : 0;
}

bool descendants_include(pid_t pid)
{
	const pid_t self = getpid();

	while (pid > 1 && pid != self)
		pid = descendants_parent(pid);
	return pid == self;
}
