/* SPDX-License-Identifier: MIT */
#ifndef KEEP_H
#define KEEP_H

/*
 * A copy of text for the rest of the process's life, in memory of its own: no malloc in somebody
 * else's process, and no room taken where nothing is kept.  NULL with errno ENOMEM.
 * Async-signal-safe.
 */
const char *keep_text(const char *text);

#endif
