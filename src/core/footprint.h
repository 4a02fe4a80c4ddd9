/* SPDX-License-Identifier: MIT */
#ifndef FOOTPRINT_H
#define FOOTPRINT_H

/*
 * Releases the pages of mapped files that were not written to; a page that is needed again is read
 * again.  For a process with little left to do.
 */
void footprint_reduce(void);

#endif
