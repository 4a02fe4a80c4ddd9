// SPDX-License-Identifier: MIT
/*
 * The command daemonfix: launches, checks, inspects and stops.  An ordinary program; each
 * subcommand is in the file of its name.
 */
#include "command.h"
#include "output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef VERSION
#define VERSION "unknown"
#endif

static const char usage[] =
	"usage: daemonfix run [-b|-f|-F|-K] [-p PIDFILE] [-o FILE] [-e FILE] [-C DIR] [-m MODE]\n"
	"                     [-r WHEN] [-t SECONDS] [-x NAME,...] [--close-fds] [-v] [-n]\n"
	"                     [--] PROGRAM [ARG...]\n"
	"       daemonfix check [--json] [--] PROGRAM [ARG...]\n"
	"       daemonfix try [--json] [-t SECONDS] [--] PROGRAM [ARG...]\n"
	"       daemonfix inspect [--json] PID|PIDFILE\n"
	"       daemonfix stop [-s SIGNAL] [-t SECONDS] [-g] PIDFILE\n"
	"       daemonfix status [--json] PIDFILE\n"
	"       daemonfix env\n"
	"       daemonfix --version | --help\n";

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{"run", command_run},         {"check", command_check}, {"try", command_try},
	{"inspect", command_inspect}, {"stop", command_stop},   {"status", command_status},
	{"env", command_env},
};

#define SUBCOMMANDS "run, check, try, inspect, stop, status, env"

/* Output that does not arrive (a full disk, a closed pipe) is a failure. */
static int finish(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	complain("cannot write to standard output");
	return STATUS_FAILED;
}

int main(int argc, char **argv)
{
	setlinebuf(stderr); /* a message is one write */
	if (argc < 2)
		return bad_usage("the subcommand is missing (" SUBCOMMANDS ")");
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		fputs(usage, stdout);
		return finish(0);
	}
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
		puts("daemonfix " VERSION);
		return finish(0);
	}
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return finish(commands[i].run(argc - 1, argv + 1));
	return bad_usage("%s: no such subcommand (there are " SUBCOMMANDS ")", argv[1]);
}
