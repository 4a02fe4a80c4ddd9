// SPDX-License-Identifier: MIT
/* _exit(2) runs no destructors: does their work before the process ends. */
#include "../core/kernel.h"
#include "../core/pidfile.h"
#include "fork.h"
#include "interpose.h"

EXPORT _Noreturn void interposed_exit(int status);

_Noreturn void interposed_exit(int status)
{
	pidfile_at_end();
	fork_at_end();
	for (;;)
		KERNEL_CALL1(exit_group, status);
}
INTERPOSE(interposed_exit, _exit, LIBC_VERSION);
