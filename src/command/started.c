// SPDX-License-Identifier: MIT
/*
 * Did a process start before its PID was written to a file?
 *
 * Neither time is exact: start times count clock ticks of 10 ms, and file systems take the time of
 * the last timer interrupt.  A change of the clock since then has also shifted one against the
 * other.  But a PID is reused only when the kernel has assigned all the others, each of which takes
 * more than a microsecond: a process may seem to have started that much later than the file was
 * written.
 */
#include "started.h"

#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { GRAIN_MS = 20, TOLERANCE_MAX_MS = 1000, PID_MAX_DEFAULT = 32768 };

static long long milliseconds(const struct timespec *t)
{
	return t->tv_sec * 1000LL + t->tv_nsec / 1000000;
}

static long long now(clockid_t clock)
{
	struct timespec t = {0};

	clock_gettime(clock, &t);
	return milliseconds(&t);
}

static long long start_time(const struct process *p)
{
	return now(CLOCK_REALTIME) - now(CLOCK_BOOTTIME) + p->start * 1000 / sysconf(_SC_CLK_TCK);
}

static long pid_max(void)
{
	char text[32];
	FILE *f = fopen("/proc/sys/kernel/pid_max", "re");
	long number = f && fgets(text, sizeof text, f) ? strtol(text, NULL, 10) : 0;

	if (f)
		fclose(f);
	return number > 0 ? number : PID_MAX_DEFAULT;
}

/* May the user send the process signals?  Only a real or saved user ID allows that: kill(2). */
static bool belongs_to(int directory, uid_t user)
{
	enum { REAL, EFFECTIVE, SAVED, IDS };
	char text[128], *rest = text;
	uid_t ids[IDS];

	if (process_status(directory, "Uid", text, sizeof text) < 0)
		return false;
	for (int i = 0; i < IDS; i++)
		ids[i] = (uid_t)strtoul(rest, &rest, 10);
	return ids[REAL] == user || ids[SAVED] == user;
}

/* A user who can write to the file could name any process: may that user signal the named one? */
static char *why_not_trusted(int directory, const struct process *p, const struct stat *file)
{
	if (p->pid == 1)
		return text_new("PID 1 is init");
	if (file->st_mode & S_IWOTH)
		return text_new("every user may write to the file");
	if (file->st_uid != 0 && !belongs_to(directory, file->st_uid))
		return text_new("the file belongs to user %u, but the process to another one",
				(unsigned int)file->st_uid);
	return NULL;
}

/* Is the file "NAME.pid", named as the process or its program?  ps(1) shows 15 characters. */
static bool has_its_name(int fd, int directory, const struct process *p)
{
	char link[64], path[PATH_MAX], program[PATH_MAX] = "";

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	if (process_link(AT_FDCWD, link, path, sizeof path) < 0)
		return false;
	char *name = strrchr(path, '/');
	char *end = name ? strstr(name, ".pid") : NULL;
	if (!end || *++name == '.')
		return false;
	*end = '\0';
	process_link(directory, "exe", program, sizeof program);
	char *base = strrchr(program, '/');
	return strncmp(p->name, name, 15) == 0 || (base && strcmp(base + 1, name) == 0);
}

enum started started_judge(int fd, int directory, const struct process *p, char **doubt)
{
	struct stat file;

	*doubt = NULL;
	if (fstat(fd, &file) < 0) {
		*doubt = text_new("its start time is unknown: %s", strerror(errno));
		return STARTED_UNKNOWN;
	}
	long long written = milliseconds(&file.st_mtim), later = start_time(p) - written;
	long pids = pid_max();
	long long tolerance = pids / 1000 < TOLERANCE_MAX_MS ? pids / 1000 : TOLERANCE_MAX_MS;

	if (later > (tolerance < GRAIN_MS ? GRAIN_MS : tolerance)) {
		if (!has_its_name(fd, directory, p))
			return STARTED_AFTER;
		*doubt = text_new("it has the right name, but it started after the file was "
				  "written, or the clock was set");
	} else if (written > now(CLOCK_REALTIME) + GRAIN_MS) {
		*doubt = text_new("the file is dated in the future");
	} else if (later > -GRAIN_MS && tolerance < GRAIN_MS) {
		*doubt = text_new(
			"started as the file was written, and PIDs are reused so soon that "
			"it may be another process (kernel.pid_max is %ld)",
			pids);
	} else {
		*doubt = why_not_trusted(directory, p, &file);
	}
	return *doubt ? STARTED_UNKNOWN : STARTED_BEFORE;
}
