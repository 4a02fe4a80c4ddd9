// SPDX-License-Identifier: MIT
/* Reads processes in /proc. */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* From the kernel's sched.h. */
enum {
	FLAG_FORKED = 0x00000040,        /* PF_FORKNOEXEC */
	FLAG_KERNEL_THREAD = 0x00200000, /* PF_KTHREAD */
};

/* The inode of the first PID namespace: PROC_PID_INIT_INO of the kernel's proc_ns.h. */
#define INITIAL_NAMESPACE "pid:[4026531836]"

void close_quietly(int fd)
{
	int saved_errno = errno;

	if (fd >= 0)
		close(fd);
	errno = saved_errno;
}

bool process_proc_is_ours(void)
{
	char self[32] = "";

	return process_link(AT_FDCWD, "/proc/self", self, sizeof self) == 0 &&
	       strtol(self, NULL, 10) == getpid();
}

int process_open(pid_t pid)
{
	char path[32];

	snprintf(path, sizeof path, "/proc/%d", pid);
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

FILE *process_file(int directory, const char *name)
{
	int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");

	if (!f)
		close_quietly(fd);
	return f;
}

DIR *process_list(int directory, const char *name)
{
	int fd = openat(directory, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir)
		close_quietly(fd);
	return dir;
}

int process_link(int directory, const char *name, char *target, size_t size)
{
	ssize_t n = readlinkat(directory, name, target, size - 1);

	if (n < 0 && errno == ENAMETOOLONG)
		n = snprintf(target, size, "(too long)");
	if (n < 0)
		return -1;
	target[n] = '\0';
	return 0;
}

/* The name is in parentheses, and may itself contain parentheses, spaces and newlines. */
static bool parse_stat(char *text, struct process *p)
{
	enum { PARENT, GROUP, SESSION, TERMINAL, FOREGROUND, FLAGS, START = 18, NUMBERS };
	char *name = strchr(text, '('), *rest = strrchr(text, ')');
	long long numbers[NUMBERS];

	if (!name || !rest || rest < name || strlen(rest) < strlen(") S "))
		return false;
	*rest = '\0';
	*p = (struct process){.pid = (pid_t)strtol(text, NULL, 10), .state = rest[2]};
	snprintf(p->name, sizeof p->name, "%s", name + 1);
	rest += strlen(") S");
	for (int i = 0; i < NUMBERS; i++) {
		const char *from = rest;

		numbers[i] = strtoll(from, &rest, 10);
		if (rest == from)
			return false;
	}
	p->parent = (pid_t)numbers[PARENT];
	p->group = (pid_t)numbers[GROUP];
	p->session = (pid_t)numbers[SESSION];
	p->terminal = (unsigned int)numbers[TERMINAL];
	p->kernel = numbers[FLAGS] & FLAG_KERNEL_THREAD;
	p->start = numbers[START];
	p->executed = !(numbers[FLAGS] & FLAG_FORKED);
	return true;
}

int process_read(int directory, struct process *p)
{
	char text[1024]; /* numbers and a short name; the fields needed come first */
	int fd = openat(directory, "stat", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	ssize_t n = read(fd, text, sizeof text - 1);
	close_quietly(fd);
	if (n < 0)
		return -1;
	text[n] = '\0';
	if (parse_stat(text, p))
		return 0;
	errno = EIO;
	return -1;
}

int process_find(pid_t pid, struct process *p)
{
	int directory = process_open(pid);

	if (directory < 0)
		return -1;
	int result = process_read(directory, p);
	close_quietly(directory);
	return result;
}

static bool has_ended(char state)
{
	return state == 'Z' || state == 'X';
}

/* The first of these threads that is still running.  -1 with errno: ESRCH if none is. */
static int running_thread(DIR *tasks)
{
	struct process thread;

	for (struct dirent *e; (e = readdir(tasks));) {
		if (e->d_name[0] == '.')
			continue;
		int directory = openat(dirfd(tasks), e->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (directory < 0 && errno != ENOENT && errno != ESRCH)
			return -1;
		if (directory < 0)
			continue;
		if (process_read(directory, &thread) == 0 && !has_ended(thread.state))
			return directory;
		close(directory);
	}
	errno = ESRCH;
	return -1;
}

int process_running(int directory, const struct process *p)
{
	if (!has_ended(p->state))
		return fcntl(directory, F_DUPFD_CLOEXEC, 0);

	DIR *tasks = process_list(directory, "task");
	if (!tasks)
		return -1;
	int thread = running_thread(tasks);
	int saved_errno = errno;
	closedir(tasks);
	errno = saved_errno;
	return thread;
}

int process_status(int directory, const char *field, char *value, size_t size)
{
	size_t length = strlen(field), room = 0;
	FILE *f = process_file(directory, "status");
	char *line = NULL;
	int result = -1;

	if (!f)
		return -1;
	while (result < 0 && getline(&line, &room, f) > 0) {
		if (strncmp(line, field, length) != 0 || line[length] != ':')
			continue;
		char *text = line + length + 1 + strspn(line + length + 1, "\t ");
		text[strcspn(text, "\n")] = '\0';
		snprintf(value, size, "%s", text);
		result = 0;
	}
	if (result < 0 && !ferror(f))
		errno = ENODATA;
	int saved_errno = errno;
	free(line);
	fclose(f);
	errno = saved_errno;
	return result;
}

int process_variable(int directory, const char *name, char *value, size_t size)
{
	size_t length = strlen(name), room = 0;
	FILE *f = process_file(directory, "environ");
	char *entry = NULL;
	int result = -1;

	if (!f)
		return -1;
	while (result < 0 && getdelim(&entry, &room, '\0', f) > 0) {
		if (strncmp(entry, name, length) != 0 || entry[length] != '=')
			continue;
		snprintf(value, size, "%s", entry + length + 1);
		result = 0;
	}
	if (result < 0 && !ferror(f))
		errno = ENODATA;
	int saved_errno = errno;
	free(entry);
	fclose(f);
	errno = saved_errno;
	return result;
}

bool process_namespace_is_initial(void)
{
	char name[32] = "";

	return process_link(AT_FDCWD, "/proc/self/ns/pid", name, sizeof name) == 0 &&
	       strcmp(name, INITIAL_NAMESPACE) == 0;
}

pid_t process_innermost_pid(int directory)
{
	char ids[512]; /* one for each PID namespace, from that of /proc inwards; at most 32 */

	if (process_status(directory, "NSpid", ids, sizeof ids) < 0)
		return 0;
	char *last = strrchr(ids, '\t');
	return (pid_t)strtol(last ? last + 1 : ids, NULL, 10);
}
