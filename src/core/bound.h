/* SPDX-License-Identifier: MIT */
#ifndef BOUND_H
#define BOUND_H

/*
 * What is called first in the intermediate or in the daemon.  The library is bound lazily, for the
 * sake of the many programs that load it and never call daemon(3): each symbol that is looked up at
 * load costs them.  A lookup after a fork costs the daemon more: it touches pages of ld.so and of
 * libc that are to be mapped again.  So these are looked up at load.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifdef __has_attribute
#if __has_attribute(noplt)
#define BOUND_AT_LOAD(function) extern __typeof__(function) function __attribute__((noplt))

BOUND_AT_LOAD(_exit);
BOUND_AT_LOAD(close);
BOUND_AT_LOAD(dup2);
BOUND_AT_LOAD(fchdir);
BOUND_AT_LOAD(getpgrp);
BOUND_AT_LOAD(memmove);
BOUND_AT_LOAD(mmap);
BOUND_AT_LOAD(poll);
BOUND_AT_LOAD(read);
BOUND_AT_LOAD(strlen);
BOUND_AT_LOAD(syscall);
BOUND_AT_LOAD(write);

#endif
#endif

#endif
