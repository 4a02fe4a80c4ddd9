/* SPDX-License-Identifier: MIT */
/* Bytes from outside (names, paths, the environment) that are safe to print, on one line. */
#ifndef TEXT_H
#define TEXT_H

#include <stdarg.h>
#include <stdio.h>

/* Ends the process with STATUS_FAILED. */
_Noreturn void text_no_memory(void);

/* A new string, as by asprintf(3).  If memory is short, text_no_memory(). */
char *text_new(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *text_new_list(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

/*
 * Writes text to f; control characters and what is not UTF-8 become \xNN, byte by byte.
 * say(), complain() and bad_usage() of command.h do this with the whole of their line.
 */
void text_put(FILE *f, const char *text);

/*
 * Writes text to f as a JSON string, in quotes.  JSON is UTF-8: in it, too, a byte that is not
 * becomes the four characters \xNN (written "\\xNN"); control characters become \u00NN.
 */
void text_put_json(FILE *f, const char *text);

/*
 * text as one word for a shell, quoted where it has to be, in a new string.  What text_put()
 * would not let through becomes $'...', which bash, ksh, zsh and POSIX.1-2024 know.
 */
char *text_for_shell(const char *text);

#endif
