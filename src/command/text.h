/* SPDX-License-Identifier: MIT */
/* Makes bytes from outside (names, paths, the environment) safe to print on one line. */
#ifndef TEXT_H
#define TEXT_H

#include <stdarg.h>
#include <stdio.h>

/* Ends the process with STATUS_FAILED. */
_Noreturn void text_no_memory(void);

/* A new string, as from asprintf(3); calls text_no_memory() if memory runs out. */
char *text_new(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *text_new_list(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

/* Closes what open_memstream(3) has opened, or NULL, and returns *text; calls text_no_memory(). */
char *text_close(FILE *f, char **text);

/*
 * Writes text to f; control characters and bytes that are not UTF-8 become \xNN.  say(), complain()
 * and bad_usage() of output.h do so with their whole line.
 */
void text_put(FILE *f, const char *text);

/*
 * Writes text to f as a JSON string, in quotes.  JSON is UTF-8: a byte that is not becomes the four
 * characters \xNN (written "\\xNN"); control characters become \u00NN.
 */
void text_put_json(FILE *f, const char *text);

/*
 * Returns text as one word for a shell, quoted if necessary, in a new string.  Text that text_put()
 * would escape becomes $'...', which bash, ksh, zsh and POSIX.1-2024 know.
 */
char *text_for_shell(const char *text);

#endif
