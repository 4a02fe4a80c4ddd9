/* SPDX-License-Identifier: MIT */
#ifndef FOOTPRINT_H
#define FOOTPRINT_H

/*
 * Gives back the pages of files that are mapped here and were not written to: what is needed again
 * comes again.  For a process that has little to do from now on.
 */
void footprint_reduce(void);

#endif
