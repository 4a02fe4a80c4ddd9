// SPDX-License-Identifier: MIT
/*
 * pthread_atfork(3): registers our handlers before any others, because child handlers run in the
 * order of their registration.
 */
#include "../core/detach.h"
#include "interpose.h"
#include "libc.h"

#include <stddef.h>

#ifdef __GLIBC__
EXPORT int interposed_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void),
			     void *library);

int interposed_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void),
		      void *library)
{
	detach_register();
	return libc_register_atfork(prepare, parent, child, library);
}
INTERPOSE(interposed_atfork, __register_atfork, ATFORK_VERSION);
#else
EXPORT int interposed_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void));

int interposed_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void))
{
	detach_register();
	return libc_register_atfork(prepare, parent, child, NULL);
}
INTERPOSE(interposed_atfork, pthread_atfork, );
#endif
