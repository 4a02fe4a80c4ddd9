/* SPDX-License-Identifier: MIT */
/*
 * libdaemonfix: correct daemons.
 *
 * libdaemonfix.so, preloaded into an unmodified program, replaces libc's daemon().  libdaemonfix.a,
 * linked into a program that can be changed, has daemon() and the functions whose names begin with
 * daemonfix_.  Their manual is daemonfix(3).
 */
#ifndef DAEMONFIX_H
#define DAEMONFIX_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Makes the calling process a daemon: the function returns in a new process in a new session, which
 * that process does not lead, so that it has no controlling terminal and cannot acquire one
 * (credentials(7); ioctl_tty(2), TIOCSCTTY).  The daemon leads its process group.
 *
 * nochdir  0: the daemon's working directory is "/"; otherwise it is unchanged.
 * noclose  0: descriptors 0, 1 and 2 are /dev/null; otherwise they are unchanged.
 *
 * Returns 0 in the daemon, with errno unchanged.  The calling process has then ended with
 * status 0 and holds no descriptor any more, so that its fcntl(2) locks are free.
 *
 * On any error, returns -1 in the calling process, with errno set; that process is as it was, and
 * no other process is left.  errno is that of the call that failed: fork(2), pipe2(2), open(2) of
 * /dev/null, fchdir(2), dup2(2) and others; or
 *   ENODEV  /dev/null is not the null device (character device 1:3)
 *   EPIPE   the daemon was killed before it was complete
 *   EINVAL  a DAEMONFIX_ variable has a bad value (one line on standard error names it)
 *
 * MT-Safe.  As after fork(2), only the calling thread exists in the daemon; each
 * pthread_atfork(3) handler runs once.
 */
int daemon(int nochdir, int noclose);

/* ---- checked startup ---- */

/* The daemon's standard descriptors, unless output or error replaces them. */
enum daemonfix_stdio {
	DAEMONFIX_STDIO_NULL, /* /dev/null */
	DAEMONFIX_STDIO_KEEP, /* those of the launching process */
};

/*
 * The options of daemonfix_start().  Begin with { .size = sizeof (struct daemonfix_options) }:
 * every other member that is zero means its default.  File names are absolute.
 */
struct daemonfix_options {
	size_t size;                /* of this struct, which may grow */
	const char *directory;      /* the daemon's; NULL: "/" */
	bool keep_directory;        /* if directory is NULL, do not change it */
	enum daemonfix_stdio stdio; /* 0: DAEMONFIX_STDIO_NULL */
	const char *output; /* file to append standard output to (created 0640); NULL: none */
	const char *error;  /* the same for standard error; may be the same file */
	bool set_umask;     /* false: the umask is unchanged */
	mode_t umask;
	const char *pidfile;     /* created 0644, locked while the daemon runs; NULL: none */
	bool close_descriptors;  /* close all above 2 except those in keep */
	const int *keep;         /* keep_count open descriptors */
	size_t keep_count;       /* at most DAEMONFIX_KEEP_MAX */
	bool reset_signals;      /* default dispositions, none blocked; false: unchanged */
	unsigned int timeout_ms; /* until the daemon must be ready; 0: no limit */
};
#define DAEMONFIX_KEEP_MAX 64

/* The stage at which daemonfix_start() failed. */
enum daemonfix_stage {
	DAEMONFIX_STAGE_NONE,        /* it did not fail */
	DAEMONFIX_STAGE_OPTIONS,     /* an option is bad: EINVAL */
	DAEMONFIX_STAGE_DIRECTORY,   /* opening or entering the directory */
	DAEMONFIX_STAGE_STDIO,       /* /dev/null */
	DAEMONFIX_STAGE_OUTPUT,      /* the file for standard output */
	DAEMONFIX_STAGE_ERROR,       /* the file for standard error */
	DAEMONFIX_STAGE_PIDFILE,     /* EEXIST: process result.pid (0: unknown) is running */
	DAEMONFIX_STAGE_DESCRIPTORS, /* EBADF: one of keep is not open; or closing the others */
	DAEMONFIX_STAGE_FORK,        /* a pipe, a fork, setsid */
	DAEMONFIX_STAGE_STARTUP,     /* the daemon called daemonfix_fail() */
	DAEMONFIX_STAGE_DIED,        /* it ended without calling either function: EPIPE */
	DAEMONFIX_STAGE_ABANDONED,   /* it closed its descriptors or executed a program: EPIPE */
	DAEMONFIX_STAGE_TIMEOUT,     /* it was not ready in time: ETIMEDOUT */
};

struct daemonfix_result {
	pid_t pid;                  /* the daemon's, even if it failed; 0: there was none */
	pid_t pgrp;                 /* its process group ID, the same number */
	enum daemonfix_stage stage; /* the stage that failed */
	int error;                  /* the errno */
	int wait_status;            /* of a failed daemon, as of waitpid(2); -1: unknown */
	bool left; /* some processes of pgrp could not be killed within 5 seconds */
};

/*
 * Starts a daemon and waits until it says that it is ready.
 *
 * Returns 0 in the daemon, which then must call daemonfix_ready() or daemonfix_fail().  Returns 1
 * in the launching process when the daemon has called daemonfix_ready(); result has its PID and
 * process group.  The daemon is a child of the launching process while that exists: reap it
 * (daemonfix_wait_nohang()), or exit.
 *
 * On any error, returns -1 in the launching process, with errno and result set.  The daemon's
 * process group has then been killed and the daemon reaped.
 *
 * options may be NULL (all defaults); result may be NULL.
 */
int daemonfix_start(const struct daemonfix_options *options, struct daemonfix_result *result);

/*
 * In the daemon: tells the launching process that the daemon is ready.  Returns 0 when the
 * launching process has received this, or -1 with errno
 *   EPIPE   the launching process has ended or given up: the daemon should exit
 *   EINVAL  no process is waiting: daemonfix_start() did not make this process, or this process
 *           has already called one of the two functions
 */
int daemonfix_ready(void);

/*
 * In the daemon: tells the launching process that the startup failed with this errno (not 0), and
 * ends the daemon with status 1.  If no process is waiting, only ends the process.
 */
void daemonfix_fail(int error) __attribute__((__noreturn__));

/*
 * Makes daemon() obey the DAEMONFIX_ variables from now on, as if libdaemonfix.so were preloaded;
 * if DAEMONFIX_MODE is "background", this function returns in a daemon.  fork() stays libc's:
 * "fix-fork" is the same as "fix".  Call this function first in main().  Returns 0, or -1 with
 * errno set and one line on standard error.  Without this call, a program linked with
 * libdaemonfix.a ignores the variables.
 */
int daemonfix_from_environment(void);

/* ---- building blocks ---- */

/*
 * Makes descriptors 0, 1 and 2 /dev/null, open for reading and writing.  Returns 0, or -1 with the
 * errno of open(2) or dup2(2), or ENODEV if /dev/null is not the null device.
 */
int daemonfix_redirect_stdio(void);

/*
 * Closes descriptors 0, 1 and 2.  Returns 0, or -1 with errno EIO (close(2)).  A descriptor that is
 * already closed is no error, nor is EINTR: Linux closes the descriptor nevertheless.  Legacy:
 * files opened later become standard input, output or error, and receive output meant for those.
 * Prefer daemonfix_redirect_stdio().
 */
int daemonfix_close_stdio(void);

/* chdir("/"), so that other file systems can be unmounted.  Returns 0, or -1 with errno set. */
int daemonfix_chdir_root(void);

/*
 * waitpid(2), repeated after EINTR, for one child or for any.  status may be NULL; it receives the
 * raw status for WIFEXITED(), WEXITSTATUS(), WIFSIGNALED(), WTERMSIG().  Returns the PID of the
 * child that ended, or -1 with errno ECHILD if there is none.
 */
pid_t daemonfix_wait(pid_t pid, int *status);
pid_t daemonfix_wait_any(int *status);

/* The same without waiting: returns 0 if the child, or all children, are still running. */
pid_t daemonfix_wait_nohang(pid_t pid, int *status);
pid_t daemonfix_wait_any_nohang(int *status);

#ifdef __cplusplus
}
#endif

#endif
