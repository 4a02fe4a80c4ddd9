/* SPDX-License-Identifier: MIT */
/*
 * libdaemonfix: correct daemons.
 *
 * libdaemonfix.so, preloaded into an unmodified program, puts daemon() and setsid() in front of
 * libc's.  libdaemonfix.a, linked into a program that can be changed, has daemon() and the
 * functions whose names begin with daemonfix_.  daemonfix(3) is their manual.
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
 * Makes the calling process a daemon: the function returns in a new process that
 * belongs to a new session without leading it, so that it has no controlling
 * terminal and cannot acquire one (credentials(7); ioctl_tty(2), TIOCSCTTY).
 *
 * nochdir  0: the daemon's working directory is "/"; otherwise it stays.
 * noclose  0: descriptors 0, 1 and 2 are /dev/null; otherwise they stay.
 *
 * Returns 0 in the daemon, and errno is as it was.  The calling process has then ended with
 * status 0 and holds no descriptor any more, so that its fcntl(2) locks are free.
 *
 * On any error it returns -1 in the calling process, with errno set; that process
 * is as it was before, and no other one is left.  errno is that of the call that
 * failed: any of fork(2), pipe2(2), open(2) of /dev/null, fchdir(2), dup2(2);
 *   ENODEV  /dev/null is not the null device (character device 1:3)
 *   EPIPE   the daemon was killed before it was complete
 *   EINVAL  a DAEMONFIX_ variable is set to something unknown (one line on standard
 *           error says which)
 *   ENOSYS  linked in: the caller's children are born in another PID namespace
 *
 * MT-Safe.  As after fork(2), only the calling thread exists in the daemon;
 * pthread_atfork(3) handlers run once.
 */
int daemon(int nochdir, int noclose);

/*
 * setsid(2); only libdaemonfix.so has it.  Only in the very process that daemon() made does it
 * fail, with EPERM, as it does there after glibc's daemon(3): that process leads its session
 * and so its process group.  Programs that call setsid() after daemon() would otherwise lead a
 * session again.
 */
pid_t setsid(void);

/* ---- checked startup ---- */

/* What becomes of the daemon's standard output and error; standard input follows the first two. */
enum daemonfix_stdio {
	DAEMONFIX_STDIO_NULL, /* /dev/null, but for what output and error name */
	DAEMONFIX_STDIO_KEEP, /* stay, but for what output and error name */
};

/*
 * What daemonfix_start() is to do.  Begin with { .size = sizeof (struct daemonfix_options) }: every
 * other member that is zero means what is said of it.  Names of files are absolute.
 */
struct daemonfix_options {
	size_t size;                /* of this struct, so that it can grow */
	const char *directory;      /* the daemon's; NULL: "/" */
	bool keep_directory;        /* stay, if directory is NULL */
	enum daemonfix_stdio stdio; /* 0: DAEMONFIX_STDIO_NULL */
	const char *output; /* file to append standard output to (created 0640); NULL: none */
	const char *error;  /* the same for standard error; may be the same file */
	bool set_umask;     /* false: the umask is kept */
	mode_t umask;
	const char *pidfile;     /* created 0644, locked while the daemon runs; NULL: none */
	bool close_descriptors;  /* close all above 2 but those in keep */
	const int *keep;         /* keep_count open descriptors */
	size_t keep_count;       /* at most DAEMONFIX_KEEP_MAX */
	bool reset_signals;      /* all dispositions default, none blocked; false: kept */
	unsigned int timeout_ms; /* for the daemon to be ready; 0: without end */
};
#define DAEMONFIX_KEEP_MAX 64

/* Where daemonfix_start() failed. */
enum daemonfix_stage {
	DAEMONFIX_STAGE_NONE,        /* nowhere */
	DAEMONFIX_STAGE_OPTIONS,     /* an option is bad: EINVAL */
	DAEMONFIX_STAGE_DIRECTORY,   /* opening or entering it */
	DAEMONFIX_STAGE_STDIO,       /* /dev/null */
	DAEMONFIX_STAGE_OUTPUT,      /* the file for standard output */
	DAEMONFIX_STAGE_ERROR,       /* the file for standard error */
	DAEMONFIX_STAGE_PIDFILE,     /* EEXIST: locked by the process result.pid (0: unknown) */
	DAEMONFIX_STAGE_DESCRIPTORS, /* EBADF: one of keep is not open; or closing the others */
	DAEMONFIX_STAGE_FORK,        /* a pipe, a fork, setsid */
	DAEMONFIX_STAGE_STARTUP,     /* the daemon called daemonfix_fail() */
	DAEMONFIX_STAGE_DIED,        /* it ended without a word: EPIPE, wait_status */
	DAEMONFIX_STAGE_ABANDONED,   /* it closed its descriptors or executed a program: EPIPE */
	DAEMONFIX_STAGE_TIMEOUT,     /* it was not ready in time: ETIMEDOUT */
};

struct daemonfix_result {
	pid_t pid;                  /* the daemon's, also of one that failed; 0: there was none */
	pid_t pgrp;                 /* its process group, and session */
	enum daemonfix_stage stage; /* where it failed */
	int error;                  /* the errno */
	int wait_status;            /* waitpid(2)'s of a daemon that failed; -1: not known */
	bool left;                  /* some of pgrp could not be killed within 5 seconds */
};

/*
 * Starts a daemon and waits until it says that it is ready.
 *
 * Returns 0 in the daemon, which sees itself as after daemon(), but for having to call
 * daemonfix_ready() or daemonfix_fail().  Returns 1 in the launching process when the daemon has
 * called daemonfix_ready(); result has its PID and process group.  It is the launching process's
 * child for as long as that exists: collect it (daemonfix_wait_nohang()), or exit.
 *
 * Returns -1 in the launching process, with errno and result set, when anything failed.  The
 * daemon's process group has been killed and the daemon collected.
 *
 * options may be NULL (all defaults); result may be NULL.
 */
int daemonfix_start(const struct daemonfix_options *options, struct daemonfix_result *result);

/*
 * In the daemon: tells the launching process that all is well.  Returns 0 when that has heard it,
 * or -1 with errno
 *   EPIPE   it is gone, or has given up: nobody knows of this daemon, which should exit
 *   EINVAL  nobody is waiting (not a daemon of daemonfix_start(), or told already)
 */
int daemonfix_ready(void);

/*
 * In the daemon: tells the launching process which errno (not 0) made the startup fail, and ends
 * the process with status 1.  Where nobody is waiting, it only does the latter.
 */
void daemonfix_fail(int error) __attribute__((__noreturn__));

/*
 * Has this program obey the DAEMONFIX_ variables from now on, as if libdaemonfix.so were preloaded:
 * daemon() heeds them, and if DAEMONFIX_MODE is "background" the function returns in a daemon.
 * fork() stays libc's: "fix-fork" is the same as "fix".
 * Call it first in main().  Returns 0, or -1 with errno set and one line said on standard error.
 * Without it the variables mean nothing to a program that is linked with libdaemonfix.a.
 */
int daemonfix_from_environment(void);

/* ---- building blocks ---- */

/*
 * Makes descriptors 0, 1 and 2 /dev/null, open for reading and writing; verified to be the null
 * device.  Returns 0, or -1 with errno of open(2) or dup2(2), or ENODEV.
 */
int daemonfix_redirect_stdio(void);

/*
 * Closes descriptors 0, 1 and 2, each once.  Returns 0, or -1 with errno EIO (close(2)).  One that
 * is closed already is no error; EINTR is none on Linux, where the descriptor is closed all the
 * same.  Legacy: whatever is opened next becomes standard input, output or error, and is written
 * to by those who mean these.  Prefer daemonfix_redirect_stdio().
 */
int daemonfix_close_stdio(void);

/* chdir("/"), lest a file system be pinned.  Returns 0, or -1 with errno of chdir(2). */
int daemonfix_chdir_root(void);

/*
 * waitpid(2) that goes on after EINTR.  status may be NULL; it gets the raw status, for
 * WIFEXITED(), WEXITSTATUS(), WIFSIGNALED(), WTERMSIG().  pid is as there; daemonfix_wait_any() is
 * for any child.  Returns the PID of the child that ended, or -1 with errno: ECHILD (there is
 * none).
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
