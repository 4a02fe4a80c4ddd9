/* SPDX-License-Identifier: MIT */
/*
 * libdaemonfix: a correct daemon(3).
 *
 * These are the symbols that libdaemonfix.so puts in front of libc's when it is
 * preloaded.  A program needs no header for them: <unistd.h> declares both.
 */
#ifndef DAEMONFIX_H
#define DAEMONFIX_H

#include <sys/types.h>

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
 * Returns 0 in the daemon.  The calling process has then ended with status 0 and
 * holds no descriptor any more, so that its fcntl(2) locks are free.
 *
 * On any error it returns -1 in the calling process, with errno set; that process
 * is as it was before, and no other one is left.  errno is that of the call that
 * failed: any of fork(2), pipe2(2), open(2) of /dev/null, fchdir(2), dup2(2);
 *   ENODEV  /dev/null is not the null device (character device 1:3)
 *   EPIPE   the daemon was killed before it was complete
 *   EINVAL  a DAEMONFIX_ variable is set to something unknown (one line on standard
 *           error says which)
 *
 * MT-Safe.  As after fork(2), only the calling thread exists in the daemon;
 * pthread_atfork(3) handlers run once.
 */
int daemon(int nochdir, int noclose);

/*
 * setsid(2).  Only in the very process that daemon() made does it fail, with EPERM,
 * as it does there after glibc's daemon(3): that process leads its session and so
 * its process group.  Programs that call setsid() after daemon() would otherwise
 * lead a session again.
 */
pid_t setsid(void);

#ifdef __cplusplus
}
#endif

#endif
