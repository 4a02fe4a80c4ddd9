/* SPDX-License-Identifier: MIT */
#ifndef REFUSAL_H
#define REFUSAL_H

/*
 * Why a log or PID file could not be opened, in words: strerror(3) knows nothing of the file, and
 * says "Too many links" or "No such device or address".
 */
const char *refusal_reason(const char *path, int error);

#endif
