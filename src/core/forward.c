// SPDX-License-Identifier: MIT
/*
 * Forwards signals from the process in front to the daemon: all of them, with their values, except
 * those that the daemon has received from the same terminal.
 *
 * A process that is ending receives signals but does not act on them.  Most daemons are started by
 * a process that ends and leaves another one behind, so its successor is owed the signals that it
 * has not handled: those sent while it was ending, those pending when it ended, and those that it
 * did not handle and that would have ended it.  A signal that arrives after exit(2) has begun, but
 * before that is visible, is dropped without a trace: so a process that was the daemon only for a
 * moment is not assumed to have waited for the signals that it blocked.
 */
#include "forward.h"

#include "clock.h"
#include "family.h"
#include "kernel.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOMENT_MS = 1000 };

static uint64_t bit(int sig)
{
	return sig <= 64 ? UINT64_C(1) << (sig - 1) : 0;
}

void forward_to(struct forward *f, pid_t daemon)
{
	f->daemon = daemon;
	f->since = clock_ms();
	f->sent = f->handled = 0;
}

static bool in_own_group(const struct forward *f)
{
	return getpgid(f->daemon) == getpgrp();
}

/*
 * A terminal sends signals to its foreground process group; but at a hangup, it sends SIGHUP and
 * SIGCONT to the session leader.
 */
static bool is_of_terminal(const siginfo_t *info)
{
	if (info->si_code != SI_KERNEL)
		return false;
	switch (info->si_signo) {
	case SIGINT:
	case SIGQUIT:
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
	case SIGWINCH:
		return true;
	case SIGHUP:
	case SIGCONT:
		return getsid(0) != getpid();
	default:
		return false;
	}
}

/* Did the daemon send it to its parent, or to a process group that it shares with this process? */
static bool is_of_daemon(const struct forward *f, const siginfo_t *info)
{
	if (info->si_code > 0)
		return false;
	return info->si_pid == f->daemon ||
	       (in_own_group(f) && getpgid(info->si_pid) == getpgrp() &&
		family_descends(info->si_pid));
}

static bool has_got_it(const struct forward *f, const siginfo_t *info)
{
	if (is_of_daemon(f, info))
		return true;
	if (!in_own_group(f))
		return false;
	/* a shell's fg continues the group, which looks like SIGCONT for this process alone */
	return is_of_terminal(info) || (info->si_signo == SIGCONT && !family_is_stopped(f->daemon));
}

/*
 * SIGTSTP does not stop a process in an orphaned process group: its parent, this process, is in
 * another session.  If the daemon would only stop, SIGSTOP stops it.
 */
static void stop(struct forward *f)
{
	uint64_t own = family_signals(f->daemon, "SigCgt") | family_signals(f->daemon, "SigIgn") |
		       family_signals(f->daemon, "SigBlk");

	f->told_to_stop = true;
	if (!(own & bit(SIGTSTP)))
		kill(f->daemon, SIGSTOP);
}

/* Keeps the signal's value, if any: the kernel does not let a process forge other origins. */
static void send(pid_t pid, int sig, const siginfo_t *info)
{
	siginfo_t copy = *info;

	copy.si_signo = sig;
	if (info->si_code < 0 && info->si_code != SI_TKILL &&
	    KERNEL_CALL3(rt_sigqueueinfo, pid, sig, &copy) == 0)
		return;
	kill(pid, sig);
}

void forward(struct forward *f, const siginfo_t *info)
{
	int sig = info->si_signo;

	if (has_got_it(f, info))
		return;
	if (sig == SIGTERM)
		f->told_to_end = true;
	uint64_t handled = bit(sig) & family_signals(f->daemon, "SigCgt");
	bool was_ending = family_is_ending(f->daemon);
	send(f->daemon, sig, info);
	if (sig == SIGTSTP)
		stop(f);
	f->sent |= bit(sig);
	f->handled |= handled;
	/* a handler may be this fast, and end the daemon */
	if (was_ending || (!handled && family_is_ending(f->daemon)))
		f->owed |= bit(sig);
}

static bool has_terminal(void)
{
	int fd = open("/dev/tty", O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

void forward_stop(struct forward *f)
{
	siginfo_t info = {0};

	if (waitid(P_PID, (id_t)f->daemon, &info, WSTOPPED | WNOHANG) < 0 || info.si_pid == 0)
		return;
	/*
	 * A shell that waits for this process must see a stopped job, and continues it.  Without a
	 * terminal there is no such shell, and nobody might continue this process.
	 */
	if (f->told_to_stop || (getsid(f->daemon) == getsid(0) && has_terminal()))
		kill(getpid(), SIGSTOP);
	f->told_to_stop = false;
}

void forward_note_undelivered(struct forward *f)
{
	const uint64_t stops = bit(SIGTSTP) | bit(SIGTTIN) | bit(SIGTTOU) | bit(SIGCONT);
	uint64_t own = f->handled;

	if (clock_ms() - f->since >= MOMENT_MS)
		own |= family_signals(f->daemon, "SigBlk"); /* it may have been waiting for them */
	f->owed |= f->sent & (family_signals(f->daemon, "ShdPnd") | ~(own | stops));
}

bool forward_has_ended_service(const struct forward *f)
{
	return f->told_to_end && !(f->owed & bit(SIGTERM));
}

void forward_owed(struct forward *f)
{
	for (int sig = 1; sig <= 64; sig++)
		if (f->owed & bit(sig))
			kill(f->daemon, sig);
	f->sent |= f->owed;
	f->owed = 0;
}
