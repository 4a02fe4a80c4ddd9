// SPDX-License-Identifier: MIT
/* Identifies terminals by device number: opening one could have side effects. */
#include "terminal.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PTS_MAJOR = 136 /* Documentation/admin-guide/devices.txt */ };

/* Parses a line of /proc/tty/drivers: DRIVER NODE MAJOR MINOR TYPE; MINOR may be MINOR-MINOR. */
static bool has_device(char *line, unsigned int major, unsigned int minor)
{
	static const char multiplexer[] = "/dev/ptm"; /* also /dev/ptmx */
	char *rest = NULL, *end;

	strtok_r(line, " ", &rest);
	const char *node = strtok_r(NULL, " ", &rest);
	const char *its_major = strtok_r(NULL, " ", &rest);
	const char *minors = strtok_r(NULL, " ", &rest);
	if (!minors || strtoul(its_major, NULL, 10) != major)
		return false;
	unsigned long first = strtoul(minors, &end, 10);
	unsigned long last = *end == '-' ? strtoul(end + 1, NULL, 10) : first;
	return minor >= first && minor <= last &&
	       strncmp(node, multiplexer, strlen(multiplexer)) != 0;
}

bool terminal_is(unsigned int major, unsigned int minor)
{
	FILE *drivers = fopen("/proc/tty/drivers", "re");
	char line[256];
	bool found = false;

	while (drivers && !found && fgets(line, sizeof line, drivers))
		found = has_device(line, major, minor);
	if (drivers)
		fclose(drivers);
	return found;
}

void terminal_name(unsigned int number, char name[TERMINAL_NAME_SIZE])
{
	unsigned int major = (number >> 8) & 0xfff;
	unsigned int minor = (number & 0xff) | ((number >> 12) & 0xfff00);
	char link[64], target[PATH_MAX];

	/* sysfs lists all but pseudo-terminals, because each mount of devpts has its own. */
	snprintf(link, sizeof link, "/sys/dev/char/%u:%u", major, minor);
	ssize_t n = readlink(link, target, sizeof target - 1);
	target[n < 0 ? 0 : n] = '\0';
	const char *base = strrchr(target, '/');

	if (major == PTS_MAJOR)
		snprintf(name, TERMINAL_NAME_SIZE, "/dev/pts/%u", minor);
	else if (base)
		snprintf(name, TERMINAL_NAME_SIZE, "/dev/%.255s", base + 1);
	else
		snprintf(name, TERMINAL_NAME_SIZE, "%u:%u", major, minor);
}
