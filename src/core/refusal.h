/* SPDX-License-Identifier: MIT */
#ifndef REFUSAL_H
#define REFUSAL_H

/*
 * Explains why a log or PID file could not be opened.  strerror(3) does not know the file, and says
 * "Too many links" or "No such device or address".
 */
const char *refusal_reason(const char *path, int error);

#endif
