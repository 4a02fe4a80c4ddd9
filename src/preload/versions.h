/* SPDX-License-Identifier: MIT */
/*
 * The versions of the libc symbols that we replace, by machine: glibc's first version there (its
 * file shlib-versions), those of _Exit, which was added in 2.1.1, and of __register_atfork,
 * in 2.3.2. musl has none. versions.map includes this file.
 */
#ifndef VERSIONS_H
#define VERSIONS_H

/* clang-format takes the versions for numbers. */
// clang-format off
#if defined __x86_64__ && defined __ILP32__
#define LIBC_VERSION GLIBC_2.16
#elif defined __x86_64__
#define LIBC_VERSION   GLIBC_2.2.5
#define ATFORK_VERSION GLIBC_2.3.2
#elif defined __i386__
#define LIBC_VERSION   GLIBC_2.0
#define C99_VERSION    GLIBC_2.1.1
#define ATFORK_VERSION GLIBC_2.3.2
#elif defined __aarch64__ || defined __powerpc64__
#define LIBC_VERSION GLIBC_2.17
#elif defined __arm__
#define LIBC_VERSION GLIBC_2.4
#elif defined __riscv
#define LIBC_VERSION GLIBC_2.27
#elif defined __s390x__
#define LIBC_VERSION   GLIBC_2.2
#define ATFORK_VERSION GLIBC_2.3.2
#endif

// clang-format on

#ifdef C99_VERSION
#define C99_HAS_ITS_OWN
#else
#define C99_VERSION LIBC_VERSION
#endif

#ifdef ATFORK_VERSION
#define ATFORK_HAS_ITS_OWN
#else
#define ATFORK_VERSION LIBC_VERSION
#endif

#endif
