/* SPDX-License-Identifier: MIT */
#ifndef STANDING_H
#define STANDING_H

#include "settings.h"

/* What this very process has become; its children are ordinary again. */
enum standing standing_get(void);

/* The settings have made it that, and are consumed. */
void standing_settle(const struct mark *mark);

/* At load: what DAEMONFIX_PID says of it. */
void standing_resume(void);

#endif
