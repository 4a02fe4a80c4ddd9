/* SPDX-License-Identifier: MIT */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Enough for any long in decimal, with its sign and the final null. */
#define DECIMAL_SIZE 24

/*
 * message(STRING...) writes "daemonfix: " and the strings as one line to standard error, with one
 * write(2).  Control characters become '?'; a long line is cut.  Keeps errno.  Output that standard
 * error does not accept at once is lost.
 */
#define message(...) message_write((const char *const[]){__VA_ARGS__, NULL})
void message_write(const char *const parts[]);

/* message_append(BUF, SIZE, STRING...) appends to the string in BUF and cuts it to fit. */
#define message_append(buf, size, ...)                                                             \
	message_join(buf, size, (const char *const[]){__VA_ARGS__, NULL})
void message_join(char *buf, size_t size, const char *const parts[]);

/* Writes text unchanged, if standard error accepts it at once. */
void message_text(const char *text);

/* Was standard error closed at load, so that descriptor 2 is not ours? */
bool message_is_muted(void);

/* At load: if standard error is closed, mutes all messages for good. */
void message_at_load(void);

/* write(2) that raises none of SIGPIPE, SIGXFSZ and SIGTTOU. */
ssize_t write_without_signals(int fd, const void *data, size_t size);

/*
 * Parses the decimal number that text begins with; 0 if there is none.  Not strtol(3): glibc 2.38
 * redirects calls of strtol to a function that older versions, and musl, lack.
 */
long message_number(const char *text);

/* number in decimal, written to the end of buf, without stdio. */
const char *message_decimal(char buf[DECIMAL_SIZE], long number);

#endif
