/* SPDX-License-Identifier: MIT */
#ifndef CLOSEFDS_H
#define CLOSEFDS_H

#include <stddef.h>
#include <sys/syscall.h>

#if !defined SYS_close_range && defined __NR_close_range /* glibc before 2.34 */
#define SYS_close_range __NR_close_range
#endif

/*
 * Closes every descriptor above 2 but those in spare (in any order; a negative one counts for
 * none).  Returns 0, or -1 with errno set where neither close_range(2) nor /proc is to be had.
 * Async-signal-safe.
 */
int close_fds_but(const int *spare, size_t count);

#endif
