/* SPDX-License-Identifier: MIT */
#ifndef STANDING_H
#define STANDING_H

#include "settings.h"

/* The standing of this process itself; its children are ordinary again. */
enum standing standing_get(void);

/* The settings have given the process this mark, and are consumed. */
void standing_settle(const struct mark *mark);

/* At load: adopts the standing in DAEMONFIX_PID. */
void standing_resume(void);

#endif
