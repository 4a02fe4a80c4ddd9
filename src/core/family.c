// SPDX-License-Identifier: MIT
/*
 * What a process learns of its children, all of it from /proc.
 *
 * A child that has ended stays in /proc, with its session and its start time, until it is reaped.
 */
#include "family.h"

#include "descendants.h"
#include "kernel.h"
#include "listing.h"
#include "message.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	/* after the name in /proc/PID/stat: proc(5) */
	FIELD_STATE = 0,
	FIELD_PARENT = 1,
	FIELD_SESSION = 3,
	FIELD_FLAGS = 6,
	FIELD_START = 19,
	FLAG_EXITING = 0x4,    /* PF_EXITING */
	FLAG_SIGNALED = 0x400, /* PF_SIGNALED: it has taken a fatal signal */
	STAT_SIZE = 512,
	STATUS_SIZE = 4096
};

static size_t read_file(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t n;

	while (fd >= 0 && used < size - 1 && (n = read(fd, text + used, size - 1 - used)) > 0)
		used += (size_t)n;
	if (fd >= 0)
		close(fd);
	text[used] = '\0';
	return used;
}

static size_t read_proc(pid_t pid, const char *name, char *text, size_t size)
{
	char path[64] = "", decimal[DECIMAL_SIZE];

	message_append(path, sizeof path, "/proc/", message_decimal(decimal, pid), "/", name);
	return read_file(path, text, size);
}

/* Returns the text after the name, which may contain any character; NULL if the process is gone. */
static const char *read_stat(pid_t pid, char stat[STAT_SIZE])
{
	read_proc(pid, "stat", stat, STAT_SIZE);
	const char *end = strrchr(stat, ')');
	return end && end[1] ? end + 2 : NULL;
}

static const char *field(const char *stat, int number)
{
	for (; stat && number > 0; number--) {
		stat = strchr(stat, ' ');
		stat = stat ? stat + 1 : NULL;
	}
	return stat ? stat : "";
}

static unsigned long long number(const char *text)
{
	unsigned long long value = 0;

	for (; *text >= '0' && *text <= '9'; text++)
		value = value * 10 + (unsigned)(*text - '0');
	return value;
}

/* The children found so far. */
struct list {
	pid_t *pids;
	size_t count, max;
};

static void add(pid_t child, void *arg)
{
	struct list *l = arg;

	if (l->count < l->max)
		l->pids[l->count++] = child;
}

static bool add_if_child(int proc, long pid, void *arg)
{
	char stat[STAT_SIZE];

	(void)proc;
	if ((pid_t)number(field(read_stat((pid_t)pid, stat), FIELD_PARENT)) == getpid())
		add((pid_t)pid, arg);
	return true;
}

size_t family_list(pid_t pids[], size_t max)
{
	struct list l = {.max = max};

	l.pids = pids;
	/* In another PID namespace's /proc, this process's PID belongs to another process. */
	if (!descendants_are_visible())
		return 0;
	/* Without the kernel's list of children, look up every process's parent. */
	if (!descendants_list_children(getpid(), add, &l))
		listing_numbers("/proc", add_if_child, &l);
	return l.count;
}

/* Candidates are compared by rank, then by age. */
struct candidate {
	pid_t pid;
	int rank;
	unsigned long long start;
};

static int rank_of(pid_t session, pid_t wanted)
{
	if (wanted > 0 && session == wanted)
		return 3;
	return session != getsid(0) ? 2 : 1;
}

/* PIDs are assigned in ascending order until they wrap around. */
static bool is_older(const struct candidate *a, const struct candidate *b)
{
	pid_t self = getpid();

	if (a->start != b->start)
		return a->start < b->start;
	return (a->pid > self) == (b->pid > self) ? a->pid < b->pid : a->pid > self;
}

pid_t family_eldest(pid_t session, pid_t except)
{
	struct candidate best = {0};
	pid_t pids[FAMILY_MAX] = {0};
	char text[STAT_SIZE];
	size_t count = family_list(pids, FAMILY_MAX);

	for (size_t i = 0; i < count; i++) {
		const char *stat = read_stat(pids[i], text);

		if (pids[i] == except)
			continue;
		/* Not yet reaped, so it exists: without readable stat, it is better than none. */
		struct candidate c = {pids[i], 1, ULLONG_MAX};
		if (stat) {
			c.rank = rank_of((pid_t)number(field(stat, FIELD_SESSION)), session);
			c.start = number(field(stat, FIELD_START));
		}
		if (c.rank > best.rank || (c.rank == best.rank && is_older(&c, &best)))
			best = c;
	}
	return best.pid;
}

bool family_descends(pid_t pid)
{
	char text[STAT_SIZE];

	for (int generations = 0; pid > 1 && pid != getpid() && generations < 100; generations++)
		pid = (pid_t)number(field(read_stat(pid, text), FIELD_PARENT));
	return pid == getpid();
}

/* A /proc that is missing, or that hides other users' processes, shows nothing: kill(2) tells. */
bool family_is_ending(pid_t pid)
{
	char text[STAT_SIZE];
	const char *stat = read_stat(pid, text);

	if (!stat)
		return KERNEL_CALL2(kill, pid, 0) < 0 && errno == ESRCH;
	return *stat == 'Z' || *stat == 'X' ||
	       (number(field(stat, FIELD_FLAGS)) & (FLAG_EXITING | FLAG_SIGNALED));
}

bool family_is_stopped(pid_t pid)
{
	char text[STAT_SIZE];
	const char *stat = read_stat(pid, text);

	return stat && *stat == 'T';
}

static unsigned hex_digit(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static uint64_t read_set(const char *status, const char *name)
{
	const char *line = strstr(status, name);
	uint64_t set = 0;

	if (!line || !(line = strchr(line, '\t')))
		return 0;
	for (line++; (*line >= '0' && *line <= '9') || (*line >= 'a' && *line <= 'f'); line++)
		set = set << 4 | hex_digit(*line);
	return set;
}

uint64_t family_signals(pid_t pid, const char *name)
{
	/* off the stack: a signal handler on a small stack may call _exit(2) */
	char *status =
		mmap(NULL, STATUS_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (status == MAP_FAILED)
		return 0;
	read_proc(pid, "status", status, STATUS_SIZE);
	uint64_t set = read_set(status, name);
	munmap(status, STATUS_SIZE);
	return set;
}

/*
 * A fatal signal is first pending, as SIGKILL for each thread (kernel/signal.c, complete_signal),
 * and then a flag (get_signal).  It is looked for in the same order, so that it is not missed.
 */
bool family_is_doomed(pid_t pid)
{
	return (family_signals(pid, "SigPnd") & (1U << (SIGKILL - 1))) || family_is_ending(pid);
}
