/* SPDX-License-Identifier: MIT */
#ifndef CLOSEFDS_H
#define CLOSEFDS_H

#include <stddef.h>
#include <sys/syscall.h>

#if !defined SYS_close_range && defined __NR_close_range /* glibc before 2.34 */
#define SYS_close_range __NR_close_range
#endif

/*
 * Closes every descriptor above 2 except those in spare (in any order; negative ones are ignored).
 * Returns 0, or -1 with errno set if neither close_range(2) nor /proc is available.
 * Async-signal-safe.
 */
int close_fds_but(const int *spare, size_t count);

#endif
