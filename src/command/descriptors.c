// SPDX-License-Identifier: MIT
/*
 * The open descriptors of a process, and the processes at the other ends.
 *
 * The two ends of a pipe have the same link text, "pipe:[INODE]".  Links are read, never
 * followed to a file system that may hang.
 */
#include "descriptors.h"

#include "terminal.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_pipe(const char *target)
{
	return strncmp(target, "pipe:[", strlen("pipe:[")) == 0;
}

static bool is_terminal(int fds, const char *number)
{
	struct statx st;

	return statx(fds, number, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_TYPE, &st) == 0 &&
	       S_ISCHR(st.stx_mode) && terminal_is(st.stx_rdev_major, st.stx_rdev_minor);
}

/* The mode of the link says how the descriptor was opened: proc(5). */
static int open_mode(int fds, const char *number, bool *reads, bool *writes)
{
	struct stat st;

	if (fstatat(fds, number, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -1;
	*reads = st.st_mode & S_IRUSR;
	*writes = st.st_mode & S_IWUSR;
	return 0;
}

static int append(struct descriptors *d, const struct descriptor *one)
{
	struct descriptor *list = reallocarray(d->list, d->count + 1, sizeof *list);

	if (!list)
		return -1;
	d->list = list;
	d->list[d->count++] = *one;
	return 0;
}

/* Calls each() for every descriptor until it fails. */
static int for_each(int directory, int (*each)(int fds, const char *number, void *data), void *data)
{
	DIR *dir = process_list(directory, "fd");
	int result = 0;

	if (!dir)
		return -1;
	for (struct dirent *e; result == 0 && (e = readdir(dir));)
		if (isdigit((unsigned char)e->d_name[0]))
			result = each(dirfd(dir), e->d_name, data);
	int saved_errno = errno;
	closedir(dir);
	errno = saved_errno;
	return result;
}

static int collect(int fds, const char *number, void *data)
{
	struct descriptor one = {.number = (int)strtol(number, NULL, 10)};

	if (process_link(fds, number, one.target, sizeof one.target) < 0 ||
	    open_mode(fds, number, &one.reads, &one.writes) < 0)
		return errno == ENOENT ? 0 : -1; /* closed in the meantime */
	one.terminal = one.target[0] == '/' && is_terminal(fds, number);
	if (is_pipe(one.target))
		one.end = one.reads && one.writes ? END_SESSION : END_NOBODY;
	return one.number <= 2 || one.terminal || one.end == END_NOBODY ? append(data, &one) : 0;
}

/* A search for the other ends, one process after another. */
struct search {
	struct descriptors *d;
	pid_t session;
	const struct process *holder;
};

static int match(int fds, const char *number, void *data)
{
	const struct search *search = data;
	char target[PATH_MAX];
	bool reads, writes;

	if (process_link(fds, number, target, sizeof target) < 0 || !is_pipe(target) ||
	    open_mode(fds, number, &reads, &writes) < 0)
		return 0;
	for (size_t i = 0; i < search->d->count; i++) {
		struct descriptor *one = &search->d->list[i];

		if (strcmp(one->target, target) != 0 || one->end == END_SESSION ||
		    !((one->reads && writes) || (one->writes && reads)))
			continue;
		one->end = search->holder->session == search->session ? END_SESSION : END_FOREIGN;
		one->holder = *search->holder;
	}
	return 0;
}

/* Returns false if the process exists but cannot be inspected. */
static bool search_in(pid_t pid, const struct search *search)
{
	struct process holder;
	struct search here = {search->d, search->session, &holder};
	int directory = process_open(pid);
	int running = -1, result = -1;

	if (directory >= 0 && process_read(directory, &holder) == 0)
		running = process_running(directory, &holder);
	if (running >= 0)
		result = for_each(running, match, &here);
	close_quietly(running);
	close_quietly(directory);
	return result == 0 || (errno != EACCES && errno != EPERM);
}

/* Searches all processes. */
static int find_other_ends(const struct search *search)
{
	DIR *proc = opendir("/proc");
	bool all_seen = true;

	if (!proc)
		return -1;
	for (struct dirent *e; (e = readdir(proc));)
		if (isdigit((unsigned char)e->d_name[0]) &&
		    !search_in((pid_t)strtol(e->d_name, NULL, 10), search))
			all_seen = false;
	closedir(proc);
	for (size_t i = 0; i < search->d->count && !all_seen; i++)
		if (search->d->list[i].end == END_NOBODY)
			search->d->list[i].end = END_UNKNOWN;
	return 0;
}

static bool has_pipes(const struct descriptors *d)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->list[i].end == END_NOBODY)
			return true;
	return false;
}

static void drop_ordinary(struct descriptors *d)
{
	size_t kept = 0;

	for (size_t i = 0; i < d->count; i++)
		if (d->list[i].number <= 2 || d->list[i].end != END_SESSION)
			d->list[kept++] = d->list[i];
	d->count = kept;
}

int descriptors_find(int directory, const struct process *p, struct descriptors *d)
{
	struct search search = {.d = d, .session = p->session};

	*d = (struct descriptors){0};
	if (for_each(directory, collect, d) < 0)
		return -1;
	if (has_pipes(d) && find_other_ends(&search) < 0)
		return -1;
	drop_ordinary(d);
	return 0;
}

const struct descriptor *descriptors_get(const struct descriptors *d, int number)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->list[i].number == number)
			return &d->list[i];
	return NULL;
}

void descriptors_free(struct descriptors *d)
{
	free(d->list);
	*d = (struct descriptors){0};
}
