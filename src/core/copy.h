/* SPDX-License-Identifier: MIT */
#ifndef COPY_H
#define COPY_H

/*
 * A copy of text in memory of its own, without malloc: it stays when its owner has overwritten it.
 * NULL with errno ENOMEM.  Async-signal-safe.
 */
char *copy_text(const char *text);
void copy_free(char *copy);

#endif
