/* SPDX-License-Identifier: MIT */
#ifndef COPY_H
#define COPY_H

/*
 * Copies text into memory of its own, without malloc(3): the copy survives when the program
 * overwrites the original.  Returns NULL with errno ENOMEM on failure.  Async-signal-safe.
 */
char *copy_text(const char *text);
void copy_free(char *copy);

#endif
