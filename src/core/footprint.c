// SPDX-License-Identifier: MIT
/*
 * The process in front maps all that the program maps, and ld.so(8) has read most of it for
 * relocation.  Those pages are in the page cache, and count as this process's own once the
 * program's first process has ended.
 */
#include "footprint.h"

#include "settings.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A mapping in /proc/self/smaps. */
struct mapping {
	uintptr_t start, end;
	bool is_file; /* mapped from a file and not writable */
};

static uintptr_t take_hex(const char **text)
{
	uintptr_t value = 0;

	for (; (**text >= '0' && **text <= '9') || (**text >= 'a' && **text <= 'f'); ++*text)
		value = value << 4 | (uintptr_t)(**text <= '9' ? **text - '0' : **text - 'a' + 10);
	return value;
}

/* "START-END PERMISSIONS OFFSET DEVICE INODE PATH" */
static bool read_mapping(const char *line, struct mapping *m)
{
	uintptr_t start = take_hex(&line);

	if (*line++ != '-')
		return false;
	m->start = start;
	m->end = take_hex(&line);
	m->is_file = line[0] == ' ' && line[1] == 'r' && line[2] == '-' && strchr(line, '/');
	return true;
}

/* The line "Anonymous:" says how much of the mapping has been written to. */
static void read_line(const char *line, struct mapping *m)
{
	static const char name[] = "Anonymous:";

	if (read_mapping(line, m) || !settings_begins(line, name))
		return;
	line += strlen(name);
	line += strspn(line, " ");
	if (m->is_file && strcmp(line, "0 kB") == 0)
		madvise((void *)m->start, m->end - m->start, MADV_DONTNEED); // NOLINT(*-int-to-ptr)
}

void footprint_reduce(void)
{
	struct mapping m = {.is_file = false};
	char text[4096];
	size_t used = 0;
	ssize_t n;
	int fd = open("/proc/self/smaps", O_RDONLY | O_CLOEXEC);

	while (fd >= 0 && (n = read(fd, text + used, sizeof text - 1 - used)) > 0) {
		char *line = text, *end;

		text[used + (size_t)n] = '\0';
		for (; (end = strchr(line, '\n')); line = end + 1) {
			*end = '\0';
			read_line(line, &m);
		}
		used = strlen(line);
		memmove(text, line, used);
	}
	if (fd >= 0)
		close(fd);
}
