/* SPDX-License-Identifier: MIT */
/* Lines for people, on standard output and standard error. */
#ifndef OUTPUT_H
#define OUTPUT_H

/*
 * One line on standard output.  In it, and in those below, control characters and what is not
 * UTF-8 become \xNN (text.h): names and paths from outside can be passed as they are.
 */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "daemonfix: " and the message, as one line on standard error. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* On standard output; returns 0. */
int show_usage(const char *usage);

/*
 * complain(), pointing to --help of the subcommand with whose name and a colon the format begins,
 * or to that of the command; returns STATUS_FAILED. */
int bad_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
