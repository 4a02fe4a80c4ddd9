// SPDX-License-Identifier: MIT
/*
 * Opens files in directories that others may be able to write to.
 *
 * The kernel's own protection (proc(5), protected_symlinks), if enabled, covers sticky directories
 * that all can write to; but a daemon's log is as often in a directory of the daemon's user.
 */
#include "safeopen.h"

#include "descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum {
	MAX_LINKS = 40,     /* as in path_resolution(7) */
	PROC_MAGIC = 0x9fa0 /* PROC_SUPER_MAGIC of <linux/magic.h>, which musl-gcc does not find */
};

static bool is_ours(uid_t owner)
{
	return owner == 0 || owner == geteuid();
}

static bool may_follow(int dir, const struct stat *link)
{
	struct stat st;

	if (is_ours(link->st_uid))
		return true;
	return fstat(dir, &st) == 0 && is_ours(st.st_uid) && !(st.st_mode & (S_IWGRP | S_IWOTH));
}

/* Only the kernel can follow the links of /proc/PID/fd (where /dev/stderr leads). */
static bool is_in_proc(int dir)
{
	struct statfs fs;

	return fstatfs(dir, &fs) == 0 && fs.f_type == PROC_MAGIC;
}

/*
 * Could others have planted the file in a directory that they can write to?  It may be a hard link
 * to a file of ours (the kernel's protected_hardlinks, if on, forbids that) or, in a sticky
 * directory, a file that stays theirs (protected_regular, protected_fifos: only with O_CREAT).
 * Returns an errno, or 0.
 */
static int planted(int dir, int fd)
{
	struct stat d, st;

	if (fstat(dir, &d) < 0 || fstat(fd, &st) < 0)
		return errno;
	if (is_ours(d.st_uid) && !(d.st_mode & (S_IWGRP | S_IWOTH)))
		return 0;
	if (S_ISREG(st.st_mode) && st.st_nlink > 1)
		return EMLINK;
	return (d.st_mode & S_ISVTX) && !is_ours(st.st_uid) && st.st_uid != d.st_uid ? EACCES : 0;
}

/* The last step: the file itself. */
static int open_file(int dir, const char *name, int flags, mode_t mode)
{
	int fd = openat(dir, name, flags | O_CLOEXEC | O_NOCTTY, mode);
	int error = fd < 0 ? errno : (flags & O_EXCL) ? 0 : planted(dir, fd);

	close(dir);
	if (error == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	errno = error;
	return -1;
}

/* Closes dir and returns the directory name in it, opened with flags. */
static int step(int dir, const char *name, int flags)
{
	int next = openat(dir, name, flags | O_PATH | O_DIRECTORY | O_CLOEXEC);
	int saved_errno = errno;

	close(dir);
	errno = saved_errno;
	return next;
}

/* Mapped, because a thread's whole stack may be smaller. */
struct buffers {
	char rest[PATH_MAX]; /* the components still to be walked */
	char name[PATH_MAX];
	char target[PATH_MAX];
};

/* Puts the target of the link in front of rest.  Returns false with errno set. */
static bool expand(int link, struct buffers *b)
{
	char *rest = b->rest, *target = b->target;
	ssize_t n = readlinkat(link, "", target, PATH_MAX);
	size_t size = strlen(rest) + 1; /* rest is empty or begins with a slash */

	if (n < 0)
		return false;
	if ((size_t)n + size > PATH_MAX) {
		errno = ENAMETOOLONG;
		return false;
	}
	memmove(rest + n, rest, size);
	memcpy(rest, target, (size_t)n);
	return true;
}

/* Moves the first component of rest to name; after a final slash, it is ".". */
static void split(struct buffers *b)
{
	char *path = b->rest, *name = b->name;
	const char *start = path + strspn(path, "/");
	size_t length = strcspn(start, "/");

	memcpy(name, length ? start : ".", length ? length : 1);
	name[length ? length : 1] = '\0';
	memmove(path, start + length, strlen(start + length) + 1);
}

/*
 * Follows the link name in dir, if allowed: rest becomes the path from there.  The link is held
 * open, because it may be replaced at any time.  Returns 1; 0 if name is no link; -1 with errno
 * set.
 */
static int follow(int dir, struct buffers *b)
{
	struct stat st;
	int result = 0;
	int link = openat(dir, b->name, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	if (link < 0)
		return errno == ENOENT ? 0 : -1; /* the file will be created */
	if (fstat(link, &st) < 0)
		result = -1;
	else if (S_ISLNK(st.st_mode) && !may_follow(dir, &st))
		result = -1, errno = ELOOP;
	else if (S_ISLNK(st.st_mode))
		result = expand(link, b) ? 1 : -1;
	int saved_errno = errno;
	close(link);
	errno = saved_errno;
	return result;
}

static int walk(int dir, struct buffers *b, int flags, mode_t mode)
{
	const char *rest = b->rest, *name = b->name;

	for (int links = 0; dir >= 0;) {
		split(b);
		bool last = rest[0] == '\0';

		if (last && ((flags & O_NOFOLLOW) || is_in_proc(dir)))
			return open_file(dir, name, flags, mode);
		int followed = follow(dir, b);
		if (followed > 0 && ++links > MAX_LINKS) {
			followed = -1;
			errno = ELOOP;
		}
		if (followed < 0) {
			int saved_errno = errno;

			close(dir);
			errno = saved_errno;
			return -1;
		}
		if (followed > 0 && rest[0] == '/')
			dir = step(dir, "/", 0);
		else if (followed == 0 && last)
			return open_file(dir, name, flags | O_NOFOLLOW, mode);
		else if (followed == 0)
			dir = step(dir, name, O_NOFOLLOW);
	}
	return -1;
}

int safe_open(const char *path, int flags, mode_t mode)
{
	size_t size = strlen(path) + 1;

	if (size > PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	struct buffers *b =
		mmap(NULL, sizeof *b, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (b == MAP_FAILED)
		return -1;
	memcpy(b->rest, path, size);
	int fd = walk(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), b, flags, mode);
	int saved_errno = errno;
	munmap(b, sizeof *b);
	errno = saved_errno;
	return descriptor_above_stdio(fd);
}
