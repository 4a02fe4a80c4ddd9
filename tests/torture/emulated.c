/* SPDX-License-Identifier: MIT */
/*
 * Stands in for a program FILE for another machine, renamed to FILE.real: executes the emulator
 * EMULATOR with FILE.real and the same arguments.  It is linked statically, so that libraries
 * preloaded for the program are not loaded here.
 */
#include <limits.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	static char file[PATH_MAX + sizeof ".real"];
	char *arguments[argc + 4];
	ssize_t n = readlink("/proc/self/exe", file, PATH_MAX);

	if (n < 0)
		return 126;
	strcpy(file + n, ".real");
	arguments[0] = (char[]){EMULATOR};
	arguments[1] = (char[]){"-0"};
	arguments[2] = argv[0];
	arguments[3] = file;
	memcpy(arguments + 4, argv + 1, sizeof *argv * (size_t)argc);
	execv(EMULATOR, arguments);
	return 127;
}
