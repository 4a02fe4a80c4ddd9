// SPDX-License-Identifier: MIT
#include "standing.h"

#include <unistd.h>

/* The process whose standing is known. */
static pid_t settled;

enum standing standing_get(void)
{
	return settled && settled == getpid() ? settings_get()->mark.standing : STANDING_ORDINARY;
}

void standing_settle(const struct mark *mark)
{
	settled = getpid();
	settings_consume(mark);
}

void standing_resume(void)
{
	settled = getpid();
}
