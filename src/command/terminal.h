/* SPDX-License-Identifier: MIT */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* Enough for the name of any terminal. */
enum { TERMINAL_NAME_SIZE = 300 };

/* Is this character device a terminal?  The master side of a pseudo-terminal is not. */
bool terminal_is(unsigned int major, unsigned int minor);

/* The name of the terminal with this tty_nr (proc(5)); MAJOR:MINOR if it has none. */
void terminal_name(unsigned int number, char name[TERMINAL_NAME_SIZE]);

#endif
