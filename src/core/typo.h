/* SPDX-License-Identifier: MIT */
#ifndef TYPO_H
#define TYPO_H

#include <stdbool.h>

/* For "did you mean": more typing errors than these make another word. */
enum { TYPO_LETTERS = 2 };

/*
 * Does typed, which ends at its first '=', differ from name by at most so many letters, each of
 * them missing, added or another one, and no more than half of the name's?
 */
bool is_typo_of(const char *typed, const char *name, int letters);

#endif
