/* SPDX-License-Identifier: MIT */
/* The facts about a process on standard output. */
#ifndef REPORT_H
#define REPORT_H

#include "facts.h"

/* For people: a table, and the verdict as its last line. */
void report_table(const struct facts *f);

/* For programs: one object, described in inspect.c. */
void report_json(const struct facts *f);

/* Like report_json(), but with null for each fact; pid 0: null as well. */
void report_unseen(pid_t pid, const char *problem, const char *reason);

#endif
