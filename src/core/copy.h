/* SPDX-License-Identifier: MIT */
#ifndef COPY_H
#define COPY_H

/*
 * A copy of text for the rest of the process's life, in memory of its own: no malloc in somebody
 * else's process, and no room taken where nothing is kept.  NULL with errno ENOMEM.
 * Async-signal-safe.
 */
const char *copy_text(const char *text);

#endif
