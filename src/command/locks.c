// SPDX-License-Identifier: MIT
/*
 * Finds the process that holds the lock of a PID file.
 *
 * A lock of flock(2) belongs to the open file description.  /proc/locks names the process that
 * called flock(2); if that has ended, a child that inherited the description still holds the lock,
 * and only /proc/PID/fdinfo shows it.  A mapping alone may hold a description too:
 * ../core/pidfile.c makes one, for programs that close all their descriptors.
 */
#include "locks.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum {
	RETRY_MS = 10,
	START_MS = 5000 /* for a daemon to start or fail, as in ../core/pidfile.c */
};

/*
 * The second lock of ../core/pidfile.c, which a starting daemon holds exclusively from before it
 * calls flock(2) until its PID is written.  Readers may share it.  On a file system without such
 * locks nobody waits.
 */
static bool start_lock(int fd, short type)
{
	struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_len = 1};

	return fcntl(fd, F_OFD_SETLK, &lock) == 0 || (errno != EAGAIN && errno != EACCES);
}

static bool start_lock_in_time(int fd)
{
	for (int ms = 0; !start_lock(fd, F_RDLCK); ms += RETRY_MS) {
		if (ms >= START_MS)
			return false;
		usleep(RETRY_MS * 1000);
	}
	return true;
}

/* The process that holds a lock of fcntl(2), which belongs to a process, on the file; 0: none. */
static pid_t record_locker(int fd)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	if (fcntl(fd, F_GETLK, &lock) < 0 || lock.l_type == F_UNLCK || lock.l_pid < 0)
		return 0;
	return lock.l_pid;
}

/* While this process holds the start lock, no starting daemon finds the file locked by it. */
static enum locked try_lock(int fd, int operation)
{
	if (!start_lock_in_time(fd))
		return LOCKED_STARTING;
	if (flock(fd, operation | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? LOCKED_YES : LOCKED_UNKNOWN;
	if (!record_locker(fd))
		return LOCKED_NO;
	flock(fd, LOCK_UN);
	return LOCKED_YES;
}

enum locked locks_ask(int fd)
{
	enum locked answer = try_lock(fd, LOCK_SH);

	if (answer == LOCKED_NO)
		flock(fd, LOCK_UN);
	if (answer != LOCKED_STARTING)
		start_lock(fd, F_UNLCK);
	return answer;
}

enum locked locks_take(int fd)
{
	enum locked answer = try_lock(fd, LOCK_EX);

	if (answer == LOCKED_YES || answer == LOCKED_UNKNOWN)
		start_lock(fd, F_UNLCK);
	return answer;
}

/* Does fdinfo/NUMBER list an exclusive lock of flock(2)? */
static bool has_lock(int directory, const char *number)
{
	char name[64], *line = NULL;
	size_t room = 0;
	bool found = false;

	snprintf(name, sizeof name, "fdinfo/%.32s", number);
	FILE *f = process_file(directory, name);
	if (!f)
		return false;
	while (!found && getline(&line, &room, f) > 0)
		found = strncmp(line, "lock:", strlen("lock:")) == 0 && strstr(line, " FLOCK ") &&
			strstr(line, " WRITE ");
	free(line);
	fclose(f);
	return found;
}

/* Inspects only locked files: others may be on a server that does not answer. */
static bool is_lock_of(int directory, const char *number, const struct stat *file)
{
	char name[64];
	struct stat st;

	snprintf(name, sizeof name, "fd/%.32s", number);
	return has_lock(directory, number) && fstatat(directory, name, &st, 0) == 0 &&
	       st.st_dev == file->st_dev && st.st_ino == file->st_ino;
}

/* Returns 1, 0, or -1 with errno. */
static int has_descriptor(int directory, const struct stat *file)
{
	DIR *list = process_list(directory, "fdinfo");
	int found = 0;

	if (!list)
		return -1;
	for (struct dirent *e; !found && (e = readdir(list));)
		if (isdigit((unsigned char)e->d_name[0]))
			found = is_lock_of(directory, e->d_name, file);
	closedir(list);
	return found;
}

/* A line of maps: "FROM-TO PERMISSIONS OFFSET MAJOR:MINOR INODE PATH". */
static bool is_mapping_of(char *line, const struct stat *file, const char *path)
{
	char *rest = line, *word = NULL;
	char device[32];

	for (int i = 0; i < 4; i++) /* the last of these words is the device */
		word = strsep(&rest, " ");
	if (!rest)
		return false;
	unsigned long long inode = strtoull(rest, &rest, 10);
	rest += strspn(rest, " ");
	rest[strcspn(rest, "\n")] = '\0';
	/* On overlayfs and btrfs the numbers are not those of stat(2). */
	snprintf(device, sizeof device, "%02x:%02x", major(file->st_dev), minor(file->st_dev));
	return (inode == file->st_ino && strcmp(word, device) == 0) || strcmp(rest, path) == 0;
}

static bool has_mapping(int directory, int fd, const struct stat *file)
{
	char name[64], path[PATH_MAX], *line = NULL;
	size_t room = 0;
	bool found = false;

	snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
	if (process_link(AT_FDCWD, name, path, sizeof path) < 0)
		return false;
	FILE *f = process_file(directory, "maps");
	if (!f)
		return false;
	while (!found && getline(&line, &room, f) > 0)
		found = is_mapping_of(line, file, path);
	free(line);
	fclose(f);
	return found;
}

int locks_held_by(pid_t pid, int directory, int fd)
{
	struct stat file;

	if (record_locker(fd) == pid)
		return 1;
	if (fstat(fd, &file) < 0)
		return -1;
	int held = has_descriptor(directory, &file);
	return held != 0 ? held : has_mapping(directory, fd, &file);
}

static bool holds(pid_t candidate, int fd, struct process *p, pid_t *innermost)
{
	int directory = process_open(candidate);

	if (directory < 0)
		return false;
	bool held = locks_held_by(candidate, directory, fd) == 1 && process_read(directory, p) == 0;
	*innermost = process_innermost_pid(directory);
	close(directory);
	return held;
}

/* "1: FLOCK  ADVISORY  WRITE PID MAJOR:MINOR:INODE 0 EOF"; "1: -> FLOCK ..." only waits. */
static pid_t locker(char *line, const char *file)
{
	enum { KIND = 1, TYPE = 3, PID, FILE_ID, WORDS };
	char *words[WORDS], *rest = line;

	for (int i = 0; i < WORDS; i++) {
		words[i] = strtok_r(rest, " \n", &rest);
		if (!words[i])
			return 0;
	}
	if (strcmp(words[KIND], "FLOCK") != 0 || strcmp(words[TYPE], "WRITE") != 0 ||
	    strcmp(words[FILE_ID], file) != 0)
		return 0;
	return (pid_t)strtol(words[PID], NULL, 10);
}

/* Finds the living process that called flock(2), even one of another user. */
static bool find_locker(int fd, struct process *holder)
{
	char file[64], *line = NULL;
	size_t room = 0;
	struct stat st;
	pid_t pid = 0;
	FILE *f = fopen("/proc/locks", "re");

	if (!f)
		return false;
	if (fstat(fd, &st) == 0) {
		snprintf(file, sizeof file, "%02x:%02x:%llu", major(st.st_dev), minor(st.st_dev),
			 (unsigned long long)st.st_ino);
		while (pid <= 0 && getline(&line, &room, f) > 0)
			pid = locker(line, file);
	}
	free(line);
	fclose(f);
	return pid > 0 && process_find(pid, holder) == 0 && holder->state != 'Z';
}

bool locks_find_holder(int fd, pid_t pid, struct process *holder)
{
	DIR *all = opendir("/proc");
	bool found = false, best = false;

	for (struct dirent *e; all && !best && (e = readdir(all));) {
		pid_t candidate = (pid_t)strtol(e->d_name, NULL, 10), innermost;
		struct process one;

		if (candidate <= 0 || candidate == getpid() ||
		    !holds(candidate, fd, &one, &innermost))
			continue;
		best = innermost == pid;
		if (!found || best)
			*holder = one;
		found = true;
	}
	if (all)
		closedir(all);
	return found || find_locker(fd, holder) || process_find(record_locker(fd), holder) == 0;
}
