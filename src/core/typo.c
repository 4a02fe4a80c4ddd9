// SPDX-License-Identifier: MIT
/* Words with a typing error.  No memory, and a stack no deeper than the number of letters. */
#include "typo.h"

#include <string.h>

static bool differs(const char *typed, const char *name, int letters) // NOLINT(misc-no-recursion)
{
	while (*name && *typed == *name)
		typed++, name++;
	bool typed_ends = !*typed || *typed == '=';

	if (typed_ends && !*name)
		return true;
	if (letters == 0)
		return false;
	return (*name && differs(typed, name + 1, letters - 1)) ||
	       (!typed_ends && differs(typed + 1, name, letters - 1)) ||
	       (!typed_ends && *name && differs(typed + 1, name + 1, letters - 1));
}

bool is_typo_of(const char *typed, const char *name, int letters)
{
	return strlen(name) >= 2 * (size_t)letters && differs(typed, name, letters);
}
