/* SPDX-License-Identifier: MIT */
#ifndef LISTING_H
#define LISTING_H

#include <stdbool.h>

/*
 * Calls visit for each entry of a directory whose name is a number (/proc/PID/fd, /proc/PID/task),
 * until visit returns false; its argument directory is the descriptor of the open directory.
 * Returns -1 with errno set if the directory cannot be read.  Not opendir(3), which allocates
 * memory.
 */
int listing_numbers(const char *path, bool (*visit)(int directory, long number, void *arg),
		    void *arg);

#endif
