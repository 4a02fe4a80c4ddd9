// SPDX-License-Identifier: MIT
/* bind(2) and listen(2) make a daemon ready: reports them if a process waits for it. */
#include "../core/report.h"
#include "interpose.h"

#include <dlfcn.h>
#include <sys/socket.h>

EXPORT int interposed_listen(int fd, int backlog);
EXPORT int interposed_bind(int fd, const struct sockaddr *address, socklen_t size);

int interposed_listen(int fd, int backlog)
{
	static int (*next)(int, int);

	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "listen");
	bool was_unbound = report_due && report_is_unbound(fd);
	int result = next(fd, backlog);
	if (report_due && result == 0)
		report_listen(fd, was_unbound);
	return result;
}
INTERPOSE(interposed_listen, listen, LIBC_VERSION);

int interposed_bind(int fd, const struct sockaddr *address, socklen_t size)
{
	static int (*next)(int, const struct sockaddr *, socklen_t);

	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "bind");
	int result = next(fd, address, size);
	if (report_due && result == 0)
		report_bind(fd, address, size);
	return result;
}
INTERPOSE(interposed_bind, bind, LIBC_VERSION);
