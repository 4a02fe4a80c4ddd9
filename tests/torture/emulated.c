/* SPDX-License-Identifier: MIT */
/*
 * Takes the place of a program FILE for another machine, which is FILE.real: executes the emulator
 * EMULATOR with it, and the same arguments.  Linked statically, so that what is preloaded for the
 * program is not loaded here.
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
