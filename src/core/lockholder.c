// SPDX-License-Identifier: MIT
#include "lockholder.h"

#include "listing.h"
#include "message.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct search {
	struct stat file;
	long pid; /* the process being searched */
	bool found;
};

static void write_path(char path[64], const char *directory, long pid, long fd)
{
	char decimal[DECIMAL_SIZE];

	path[0] = '\0';
	message_append(path, 64, "/proc/", message_decimal(decimal, pid), directory);
	if (fd >= 0)
		message_append(path, 64, "/", message_decimal(decimal, fd));
}

/* proc(5): fdinfo lists the locks of the open file description. */
static bool has_lock(long pid, long number)
{
	char path[64], text[512];

	write_path(path, "/fdinfo", pid, number);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	return strstr(text, "FLOCK");
}

static bool look_at_descriptor(int directory, long number, void *arg)
{
	struct search *s = arg;
	struct stat st;
	char path[64];

	(void)directory;
	write_path(path, "/fd", s->pid, number);
	s->found = stat(path, &st) == 0 && st.st_dev == s->file.st_dev &&
		   st.st_ino == s->file.st_ino && has_lock(s->pid, number);
	return !s->found;
}

static bool look_at_process(int directory, long number, void *arg)
{
	struct search *s = arg;
	char path[64];

	(void)directory;
	s->pid = number;
	write_path(path, "/fd", number, -1);
	listing_numbers(path, look_at_descriptor, s);
	return !s->found;
}

pid_t lockholder_find(const char *path)
{
	struct search s = {.found = false};

	if (stat(path, &s.file) < 0)
		return 0;
	listing_numbers("/proc", look_at_process, &s);
	return s.found ? (pid_t)s.pid : 0;
}
