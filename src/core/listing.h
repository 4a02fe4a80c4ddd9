/* SPDX-License-Identifier: MIT */
#ifndef LISTING_H
#define LISTING_H

#include <stdbool.h>

/*
 * Calls visit for each entry of a directory whose name is a number (/proc/PID/fd, /proc/PID/task),
 * until it returns false; directory is the descriptor that reads it.  Returns -1 with errno set if
 * the directory cannot be read.  Not opendir(3), which allocates.
 */
int listing_numbers(const char *path, bool (*visit)(int directory, long number, void *arg),
		    void *arg);

#endif
