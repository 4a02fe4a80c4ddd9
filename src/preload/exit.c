// SPDX-License-Identifier: MIT
/* _exit(2) and _Exit(3) run no destructors: does their work before the process ends. */
#include "../core/kernel.h"
#include "../core/libc.h"
#include "../core/pidfile.h"
#include "fork.h"
#include "interpose.h"
#include "libc.h"

EXPORT _Noreturn void interposed_exit(int status);

static void at_end(void)
{
	pidfile_at_end();
	fork_at_end();
}

static _Noreturn void end(int status)
{
	for (;;)
		KERNEL_CALL1(exit_group, status);
}

_Noreturn void libc_exit(int status)
{
	at_end();
	end(status);
}

_Noreturn void interposed_exit(int status)
{
	at_end();
	libc_next_exit(status);
	end(status); /* called before libc_find() */
}
INTERPOSE(interposed_exit, _exit, LIBC_VERSION);
INTERPOSE(interposed_exit, _Exit, C99_VERSION);
