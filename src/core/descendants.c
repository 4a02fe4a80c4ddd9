// SPDX-License-Identifier: MIT
#include "descendants.h"

#include "listing.h"
#include "message.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

void descendants_path(char path[DESCENDANTS_PATH], pid_t pid, const char *name)
{
	char decimal[DECIMAL_SIZE];

	path[0] = '\0';
	message_append(path, DESCENDANTS_PATH, "/proc/",
		       pid == getpid() ? "self" : message_decimal(decimal, pid), name);
}

bool descendants_are_visible(void)
{
	char self[DECIMAL_SIZE] = "", decimal[DECIMAL_SIZE];
	ssize_t length = readlink("/proc/self", self, sizeof self - 1);

	/* ENOENT: this /proc belongs to a PID namespace that this process is not in. */
	if (length < 0)
		return errno != ENOENT;
	return strcmp(self, message_decimal(decimal, getpid())) == 0;
}

/* The callback for each child.  works: the kernel has CONFIG_PROC_CHILDREN. */
struct visit {
	void (*each)(pid_t child, void *arg);
	void *arg;
	bool works;
};

/* The file lists the children of one thread: numbers, each followed by a space. */
static bool visit_children_of(int directory, long thread, void *arg)
{
	char path[DESCENDANTS_PATH] = "", decimal[DECIMAL_SIZE], text[512];
	struct visit *v = arg;
	pid_t number = 0;
	ssize_t n;

	message_append(path, sizeof path, message_decimal(decimal, thread), "/children");
	int fd = openat(directory, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return true;
	while ((n = read(fd, text, sizeof text)) > 0)
		for (ssize_t i = 0; i < n; i++) {
			bool digit = text[i] >= '0' && text[i] <= '9';

			if (!digit && number > 0)
				v->each(number, v->arg);
			number = digit ? number * 10 + (text[i] - '0') : 0;
		}
	v->works = v->works || n == 0;
	close(fd);
	return true;
}

bool descendants_list_children(pid_t pid, void (*each)(pid_t child, void *arg), void *arg)
{
	struct visit v = {each, arg, false};
	char path[DESCENDANTS_PATH];

	descendants_path(path, pid, "/task");
	listing_numbers(path, visit_children_of, &v);
	return v.works;
}

static void add(pid_t child, void *arg)
{
	struct descendants *d = arg;

	if (d->count < DESCENDANTS_MAX)
		d->pids[d->count++] = child;
}

void descendants_find(struct descendants *d)
{
	d->count = 0;
	if (!descendants_are_visible())
		return;
	descendants_list_children(getpid(), add, d);
	for (size_t i = 0; i < d->count; i++)
		descendants_list_children(d->pids[i], add, d);
}

pid_t descendants_parent(pid_t pid)
{
	char path[DESCENDANTS_PATH], text[256];

	if (!descendants_are_visible())
		return 0;
	descendants_path(path, pid, "/stat");
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	const char *state = strrchr(text, ')'); /* the name may contain any character */
	return state && strlen(state) > 4 ? (pid_t)message_number(state + 4) : 0;
}

bool descendants_include(pid_t pid)
{
	const pid_t self = getpid();

	while (pid > 1 && pid != self)
		pid = descendants_parent(pid);
	return pid == self;
}
