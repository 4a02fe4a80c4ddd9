// SPDX-License-Identifier: MIT
/* Nothing at all: scripts/bench links it into the smallest shared object that can be preloaded. */
typedef int nothing; /* C wants a declaration */
