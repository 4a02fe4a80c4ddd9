// SPDX-License-Identifier: MIT
/*
 * The PID file.  The lock shows that a daemon runs; the PID is for people and scripts.
 *
 * A flock(2) lock lives as long as its open file description, which two things keep open.  First,
 * the descriptor is not close-on-exec, so the lock survives when the daemon executes another
 * program (wrapper scripts that end in exec, programs that execute themselves again).  In programs
 * linked with the library it is close-on-exec: children would keep it.  Second, a mapping holds the
 * description as a descriptor does, because some programs close every descriptor that they find
 * open.
 *
 * Children of the process hold the lock as well, so no second start succeeds while any of them
 * lives.  When a child executes a program and this library is loaded into it, the library closes
 * the descriptor, except in the first minute: until then the program may turn out to fork itself
 * away, and the file then follows to the process that stays (pidfile_at_end()).
 */
#include "pidfile.h"

#include "clock.h"
#include "copy.h"
#include "descriptor.h"
#include "family.h"
#include "kernel.h"
#include "message.h"
#include "safeopen.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	RETRY_MS = 10,
	START_MS = 5000, /* for another start to succeed or fail */
	PROBE_MS = 50,   /* for a process that only checks the lock: flock -n */
	START_S = 60     /* a program that forks itself away does it by then */
};

/* The file that this process, or the one that it was forked from, has taken. */
static struct {
	pid_t owner; /* 0: none; -1: the process whose child has executed this program */
	dev_t device;
	ino_t inode;
	int fd;
	void *mapping; /* holds the lock as well */
	const char *path;
	long long since;           /* now_s() */
	volatile pid_t *successor; /* memory shared with all that it forks: see pidfile_at_end() */
} taken;

static bool is_still(const char *path, dev_t device, ino_t inode)
{
	struct stat st;

	return lstat(path, &st) == 0 && st.st_dev == device && st.st_ino == inode;
}

/*
 * Removes the file, if it is still the same.  The directory is held open in between: whoever owns
 * it, or one above, may replace it by a link.
 */
static void remove_it(const char *path, dev_t device, ino_t inode)
{
	struct stat st;
	char *directory = copy_text(path); /* not on the stack, which may be small */

	if (!directory)
		return;
	char *name = strrchr(directory, '/') + 1;
	char first = *name;
	*name = '\0';
	int dir = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	*name = first;
	if (dir >= 0 && fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_dev == device &&
	    st.st_ino == inode)
		unlinkat(dir, name, 0);
	if (dir >= 0)
		close(dir);
	copy_free(directory);
}

/* The PID in the file; 0 if there is none yet. */
static pid_t read_pid(int fd)
{
	char text[DECIMAL_SIZE] = "";
	ssize_t n = pread(fd, text, sizeof text - 1, 0);

	if (n <= 0 || !strchr(text, '\n'))
		return 0;
	return (pid_t)message_number(text);
}

/*
 * A process that starts a daemon holds a second lock, from before it takes the first until the PID
 * is written.  So if nobody holds the second lock, a locked file contains its holder's PID.  The
 * second lock belongs to the open file description (fcntl(2), F_OFD_SETLK), so the daemon inherits
 * it and it ends with the last process that takes part in the start.  On a file system without such
 * locks nobody waits.
 */
static bool start_lock(int fd, short type)
{
	struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_len = 1};

	return fcntl(fd, F_OFD_SETLK, &lock) == 0 || (errno != EAGAIN && errno != EACCES);
}

static bool lock_start(int fd)
{
	if (start_lock(fd, F_WRLCK))
		return true;
	errno = EWOULDBLOCK;
	return false;
}

static bool lock_run(int fd)
{
	return flock(fd, LOCK_EX | LOCK_NB) == 0;
}

static bool lock_within(int fd, bool (*lock)(int fd), int ms)
{
	for (; !lock(fd); ms -= RETRY_MS) {
		if (errno == EINTR)
			continue;
		if (errno != EWOULDBLOCK || ms <= 0)
			return false;
		clock_sleep_ms(RETRY_MS);
	}
	return true;
}

/*
 * A file that begins with anything but a PID may be a log, named by mistake.  A crash of the
 * machine leaves empty files and zero bytes.
 */
static bool may_be_overwritten(int fd)
{
	char first = '\0';

	if (pread(fd, &first, 1, 0) < 1)
		return true;
	return (first >= '0' && first <= '9') || strchr(" \t\n", first); /* or '\0' */
}

/* 1: locked, and the file still has that name.  0: another file has the name.  -1: error. */
static int lock(int fd, const char *path, pid_t *holder)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -1;
	if (!S_ISREG(st.st_mode)) {
		errno = EINVAL;
		return -1;
	}
	if (!lock_within(fd, lock_start, START_MS) || !lock_within(fd, lock_run, PROBE_MS)) {
		if (errno != EWOULDBLOCK)
			return -1;
		*holder = read_pid(fd);
		errno = EEXIST;
		return -1;
	}
	if (!may_be_overwritten(fd)) {
		errno = EBADMSG;
		return -1;
	}
	return is_still(path, st.st_dev, st.st_ino);
}

/* Opens or creates the file; O_NONBLOCK, because it may be a FIFO. */
static int open_or_create(const char *path, bool *created)
{
	enum { FLAGS = O_RDWR | O_NOFOLLOW | O_NONBLOCK };

	for (;;) {
		int fd = safe_open(path, FLAGS, 0);

		*created = false;
		if (fd >= 0 || errno != ENOENT)
			return fd;
		fd = safe_open(path, FLAGS | O_CREAT | O_EXCL, 0644);
		*created = fd >= 0;
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
}

int pidfile_open(const char *path, pid_t *holder)
{
	*holder = 0;
	for (;;) {
		bool created;
		int fd = open_or_create(path, &created);

		if (fd < 0)
			return -1;
		int locked = lock(fd, path, holder);
		if (locked == 1)
			return fd;
		int saved_errno = errno;
		struct stat st;
		if (locked < 0 && created && errno != EEXIST && fstat(fd, &st) == 0)
			remove_it(path, st.st_dev, st.st_ino);
		close(fd);
		errno = saved_errno;
		if (locked < 0)
			return -1;
	}
}

void pidfile_abandon(int fd, const char *path)
{
	int saved_errno = errno;
	struct stat st;

	if (fstat(fd, &st) == 0)
		remove_it(path, st.st_dev, st.st_ino);
	if (taken.owner == getpid() && taken.fd == fd) {
		taken.owner = 0;
		taken.path = NULL;
		if (taken.mapping != MAP_FAILED)
			munmap(taken.mapping, 1);
	}
	close(fd);
	errno = saved_errno;
}

static long long now_s(int clock)
{
	struct kernel_time t = {0, 0};

	KERNEL_CALL2(clock_gettime, clock, &t);
	return t.seconds;
}

static bool hold(int fd, const char *path, const struct stat *st)
{
	taken.path = copy_text(path);
	if (!taken.path)
		return false;
	taken.device = st->st_dev;
	taken.inode = st->st_ino;
	taken.owner = getpid();
	taken.fd = fd;
	taken.since = now_s(CLOCK_MONOTONIC);
	taken.mapping = mmap(NULL, 1, PROT_NONE, MAP_SHARED, fd, 0); /* if possible */
	void *memory = mmap(NULL, sizeof *taken.successor, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	taken.successor = memory == MAP_FAILED ? NULL : memory;
	return true;
}

/*
 * Children with other rights may inherit the descriptor and must not write to the file: the lock
 * moves to a read-only descriptor.  Another start cannot take the lock in between, because it needs
 * the start lock; but any process that may read the file may lock it.  Returns false if one has.
 */
static bool hand_over_lock(int *fd, const char *path, const struct stat *st)
{
	int reader = safe_open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
	struct stat now;
	bool locked = true;

	if (reader < 0)
		return true; /* the file is writable but not readable */
	if (fstat(reader, &now) == 0 && now.st_dev == st->st_dev && now.st_ino == st->st_ino &&
	    flock(*fd, LOCK_UN) == 0) {
		if (lock_within(reader, lock_run, PROBE_MS)) {
			start_lock(*fd, F_UNLCK);
			close(*fd);
			*fd = reader;
			return true;
		}
		locked = lock_within(*fd, lock_run, PROBE_MS);
	}
	close(reader);
	return locked;
}

static int write_pid(int fd, pid_t pid)
{
	char text[DECIMAL_SIZE + 1] = "", decimal[DECIMAL_SIZE];

	message_append(text, sizeof text, message_decimal(decimal, pid), "\n");
	ssize_t length = (ssize_t)strlen(text);
	lseek(fd, 0, SEEK_SET);
	ssize_t n = write_without_signals(fd, text, (size_t)length); /* for RLIMIT_FSIZE */
	if (n != length) {
		errno = n < 0 ? errno : ENOSPC;
		return -1;
	}
	return ftruncate(fd, length);
}

int pidfile_write(int fd, pid_t pid)
{
	if (write_pid(fd, pid) < 0)
		return -1;
	start_lock(fd, F_UNLCK);
	return 0;
}

int pidfile_take(int *fd, const char *path, bool outlasts_exec)
{
	struct stat st;

	if (write_pid(*fd, getpid()) < 0 || fstat(*fd, &st) < 0)
		return -1;
	if (!hand_over_lock(fd, path, &st)) {
		errno = EEXIST;
		return -1;
	}
	start_lock(*fd, F_UNLCK);
	if (outlasts_exec)
		fcntl(*fd, F_SETFD, 0);
	return hold(*fd, path, &st) ? 0 : -1;
}

int pidfile_held(const char **path)
{
	*path = taken.path;
	return taken.owner == getpid() ? taken.fd : -1;
}

void pidfile_resume(int fd, const char *path)
{
	struct stat st;
	bool same = fstat(fd, &st) == 0 && is_still(path, st.st_dev, st.st_ino);

	if (same && (fd <= STDERR_FILENO || read_pid(fd) != getpid()))
		return; /* the process that wrote DAEMONFIX_PID has not taken this file */
	if (!same) {    /* the descriptor has been closed */
		fd = safe_open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
		if (fd < 0)
			return;
		if (flock(fd, LOCK_EX | LOCK_NB) < 0 || read_pid(fd) != getpid() ||
		    fstat(fd, &st) < 0) {
			close(fd);
			return;
		}
		fcntl(fd, F_SETFD, 0);
	}
	hold(fd, path, &st);
}

void pidfile_inherit(int fd, const char *path)
{
	struct stat st;

	if (fd <= STDERR_FILENO || fstat(fd, &st) < 0 || !is_still(path, st.st_dev, st.st_ino))
		return;
	if (now_s(CLOCK_REALTIME) - st.st_mtime < START_S && hold(fd, path, &st))
		taken.owner = -1;
	else
		close(fd);
}

/* The file, if it is still the same, opened with flags; or -1. */
static int open_again(int flags)
{
	struct stat st;
	int fd = safe_open(taken.path, flags | O_NOFOLLOW | O_NONBLOCK, 0);

	if (fd >= 0 &&
	    (fstat(fd, &st) < 0 || st.st_dev != taken.device || st.st_ino != taken.inode))
		descriptor_close(&fd);
	return fd;
}

static bool is_owner(void)
{
	if (taken.owner == getpid())
		return true;
	int fd = open_again(O_RDONLY);
	bool named = fd >= 0 && read_pid(fd) == getpid();
	descriptor_close(&fd);
	return named;
}

/* The eldest living child, preferably one in another session; 0: none. */
static pid_t choose_living(const pid_t pids[], size_t count)
{
	pid_t found = 0;

	for (size_t i = 0; i < count; i++) {
		if (family_is_doomed(pids[i]))
			continue;
		if (getsid(pids[i]) != getsid(0))
			return pids[i];
		found = found ? found : pids[i];
	}
	return found;
}

static pid_t living_child(void)
{
	enum { SIZE = FAMILY_MAX * sizeof(pid_t) };
	/* off the stack: a signal handler on a small stack may call _exit(2) */
	pid_t *pids = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pids == MAP_FAILED)
		return 0;
	pid_t found = choose_living(pids, family_list(pids, FAMILY_MAX));
	munmap(pids, SIZE);
	return found;
}

/* The process that stays when this one ends: a child, or an ended child's child; 0: none. */
static pid_t find_successor(void)
{
	pid_t pid = living_child();

	if (!pid && taken.successor && *taken.successor && !family_is_doomed(*taken.successor))
		pid = *taken.successor;
	return pid;
}

/* Where the file cannot be written (another user, a chroot), it still is locked. */
static void name_successor(pid_t pid)
{
	int fd = open_again(O_WRONLY);

	if (fd >= 0)
		write_pid(fd, pid);
	descriptor_close(&fd);
}

/*
 * A child notes its successor and then checks whether the file now names the child; the owner names
 * a successor and then checks for such a note: so no successor is missed when both end at the same
 * time.
 */
static void end_as_owner(bool young)
{
	pid_t noted = taken.successor ? *taken.successor : 0;
	pid_t successor = young ? find_successor() : 0;

	if (!successor) {
		remove_it(taken.path, taken.device, taken.inode);
		return;
	}
	name_successor(successor);
	if (taken.successor && *taken.successor != noted)
		name_successor(*taken.successor);
}

static void end_as_child(void)
{
	pid_t child = living_child();

	if (!child || !taken.successor)
		return;
	*taken.successor = child;
	if (is_owner())
		name_successor(child);
}

void pidfile_at_end(void)
{
	if (!taken.path)
		return;
	int saved_errno = errno;
	bool young = now_s(CLOCK_MONOTONIC) - taken.since < START_S;
	if (taken.owner == getpid() || (young && is_owner()))
		end_as_owner(young);
	else if (young)
		end_as_child();
	errno = saved_errno;
}

/* Runs at exit(3). */
__attribute__((destructor)) static void at_exit(void)
{
	pidfile_at_end();
}
