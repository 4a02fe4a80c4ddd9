// SPDX-License-Identifier: MIT
#include "sigchld.h"

#include "kernel.h"

#include <signal.h>
#include <sys/wait.h>

enum { MASK_SIZE = _NSIG / 8 };

bool sigchld_is_pending(void)
{
	sigset_t set;

	sigemptyset(&set);
	KERNEL_CALL2(rt_sigpending, &set, MASK_SIZE);
	return sigismember(&set, SIGCHLD) == 1;
}

/* Sent to the whole process, as the original was. */
static void queue_again(siginfo_t *info)
{
	pid_t self = getpid();

	if (KERNEL_CALL3(rt_sigqueueinfo, self, SIGCHLD, info) == 0)
		return;
	/* Only the main thread may send a signal that looks like the kernel's. */
	info->si_code = SI_QUEUE;
	KERNEL_CALL3(rt_sigqueueinfo, self, SIGCHLD, info);
}

void sigchld_take_back(pid_t pid)
{
	const struct kernel_time now = {0, 0};
	siginfo_t info = {0};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	if (KERNEL_CALL4(rt_sigtimedwait, &set, &info, &now, MASK_SIZE) < 0)
		return;
	if (info.si_pid == pid) {
		info.si_pid = 0;
		if (KERNEL_CALL5(waitid, P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT, NULL) < 0 ||
		    info.si_pid == 0)
			return;
	}
	queue_again(&info);
}
