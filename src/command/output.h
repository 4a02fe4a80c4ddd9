/* SPDX-License-Identifier: MIT */
/* Lines for people, on standard output and standard error. */
#ifndef OUTPUT_H
#define OUTPUT_H

/*
 * Writes one line to standard output.  In this and the functions below, control characters and
 * bytes that are not UTF-8 become \xNN (text.h): names and paths from outside can be passed
 * unchanged.
 */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "daemonfix: " and the message, as one line on standard error. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Writes usage to standard output; returns 0. */
int show_usage(const char *usage);

/*
 * Like complain(), with a pointer to --help of the subcommand whose name and a colon begin the
 * format, or to that of the command; returns STATUS_FAILED.
 */
int bad_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
