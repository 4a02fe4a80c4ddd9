// SPDX-License-Identifier: MIT
/*
 * A simple daemon: writes the time to a file, every second, until it gets a signal.
 *
 *   daemon FILE
 */
#include <daemonfix.h>

#include <stdio.h>
#include <time.h>

int main(int argc, char **argv)
{
	/* Here a relative path still means what the user meant, and errors are still seen. */
	FILE *file = argc == 2 ? fopen(argv[1], "a") : NULL;

	if (!file) {
		perror(argc == 2 ? argv[1] : "usage: daemon FILE");
		return 1;
	}
	if (daemon(0, 0) < 0) {
		perror("daemon");
		return 1;
	}
	for (;;) {
		fprintf(file, "%ld: process %d is there\n", (long)time(NULL), getpid());
		fflush(file);
		sleep(1);
	}
}
