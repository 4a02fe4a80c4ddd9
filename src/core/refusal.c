// SPDX-License-Identifier: MIT
#include "refusal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The user may write to the file, but safe_open() or the kernel refused it. */
static const char *explain_denial(const char *path, const struct stat *st)
{
	if (st->st_uid == 0 || st->st_uid == geteuid() ||
	    faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) < 0)
		return strerror(EACCES);
	return "belongs to another user, in a directory that others can write to";
}

static const char *explain_enxio(const struct stat *st)
{
	return S_ISFIFO(st->st_mode)   ? "is a FIFO that no process reads"
	       : S_ISSOCK(st->st_mode) ? "is a socket"
				       : strerror(ENXIO);
}

const char *refusal_reason(const char *path, int error)
{
	struct stat st = {0};
	int found = stat(path, &st);

	switch (error) {
	case EACCES:
		return found < 0 ? strerror(error) : explain_denial(path, &st);
	case EBADF: /* /dev/stdout, /dev/fd/N */
		return "this descriptor is not open";
	case EISDIR:
		return "is a directory";
	case ELOOP:
		return found < 0 && errno == ELOOP ? strerror(error)
						   : "goes through a symbolic link of another user";
	case EMLINK:
		return "has another name (a hard link), in a directory that others can write to";
	case ENAMETOOLONG:
		return "the path, or a name in it, is too long";
	case ENOENT: /* the file itself would have been created */
		return "a directory on this path does not exist";
	case ENOSPC:
		return "its file system is full";
	case ENOTDIR:
		return "the path goes through a file that is not a directory";
	case ENXIO:
		return explain_enxio(&st);
	case EROFS:
		return "is on a read-only file system";
	case ETXTBSY:
		return "is a program that is running";
	default:
		return strerror(error);
	}
}
