// SPDX-License-Identifier: MIT
/* Signals by name.  (sigabbrev_np(3) is new in glibc 2.32.) */
#include "signals.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct {
	const char *name; /* of two names for one signal, the usual one comes first */
	int number;
} names[] = {
	{"HUP", SIGHUP},   {"INT", SIGINT},       {"QUIT", SIGQUIT}, {"ILL", SIGILL},
	{"TRAP", SIGTRAP}, {"ABRT", SIGABRT},     {"IOT", SIGABRT},  {"BUS", SIGBUS},
	{"FPE", SIGFPE},   {"KILL", SIGKILL},     {"USR1", SIGUSR1}, {"SEGV", SIGSEGV},
	{"USR2", SIGUSR2}, {"PIPE", SIGPIPE},     {"ALRM", SIGALRM}, {"TERM", SIGTERM},
	{"CHLD", SIGCHLD}, {"CLD", SIGCHLD},      {"CONT", SIGCONT}, {"STOP", SIGSTOP},
	{"TSTP", SIGTSTP}, {"TTIN", SIGTTIN},     {"TTOU", SIGTTOU}, {"URG", SIGURG},
	{"XCPU", SIGXCPU}, {"XFSZ", SIGXFSZ},     {"PROF", SIGPROF}, {"VTALRM", SIGVTALRM},
	{"POLL", SIGPOLL}, {"WINCH", SIGWINCH},   {"IO", SIGIO},     {"PWR", SIGPWR},
	{"SYS", SIGSYS},   {"STKFLT", SIGSTKFLT},
};

/* Parses a number between least and most with nothing after it; otherwise returns -1. */
static int number_in(const char *text, int least, int most)
{
	errno = 0;
	long number = strtol(text, NULL, 10);

	if (!*text || text[strspn(text, "0123456789")] || errno || number < least || number > most)
		return -1;
	return (int)number;
}

/* Parses "RTMIN", "RTMIN+N", "RTMAX-N" or "RTMAX"; otherwise returns 0. */
static int real_time(const char *name)
{
	enum { LENGTH = 5 };
	int up = strncasecmp(name, "RTMIN", LENGTH) == 0;

	if (!up && strncasecmp(name, "RTMAX", LENGTH) != 0)
		return 0;
	int edge = up ? SIGRTMIN : SIGRTMAX;
	if (!name[LENGTH])
		return edge;
	int distance = number_in(name + LENGTH + 1, 0, SIGRTMAX - SIGRTMIN);
	if (distance < 0 || name[LENGTH] != (up ? '+' : '-'))
		return 0;
	return up ? edge + distance : edge - distance;
}

int signals_number(const char *text)
{
	int number = number_in(text, 1, SIGRTMAX);

	if (number > 0)
		return number;
	if (strncasecmp(text, "SIG", 3) == 0)
		text += 3;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcasecmp(text, names[i].name) == 0)
			return names[i].number;
	return real_time(text);
}

void signals_name(int number, char name[SIGNAL_NAME_SIZE])
{
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (names[i].number == number) {
			snprintf(name, SIGNAL_NAME_SIZE, "SIG%s", names[i].name);
			return;
		}
	if (number == SIGRTMIN)
		snprintf(name, SIGNAL_NAME_SIZE, "SIGRTMIN");
	else if (number > SIGRTMIN)
		snprintf(name, SIGNAL_NAME_SIZE, "SIGRTMIN+%d", number - SIGRTMIN);
	else
		snprintf(name, SIGNAL_NAME_SIZE, "%d", number);
}
