/* SPDX-License-Identifier: MIT */
/*
 * For a library that is compiled (-include) with ThreadSanitizer: the sanitizer's run time calls
 * these functions before it is initialised, so they must not call it.
 */
#ifndef TSAN_H
#define TSAN_H

#define LEFT_ALONE __attribute__((no_sanitize("thread")))

LEFT_ALONE void detach_register(void);
LEFT_ALONE int libc_atfork(void (*)(void), void (*)(void), void (*)(void));
LEFT_ALONE int libc_register_atfork(void (*)(void), void (*)(void), void (*)(void), void *);
LEFT_ALONE __attribute__((visibility("default"))) int
interposed_atfork(void (*)(void), void (*)(void), void (*)(void), void *);

#endif
