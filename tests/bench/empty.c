// SPDX-License-Identifier: MIT
/* Empty: scripts/bench makes the smallest shared object of it that can be preloaded. */
typedef int nothing; /* C wants a declaration */
