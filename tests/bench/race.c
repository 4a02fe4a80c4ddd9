// SPDX-License-Identifier: MIT
/*
 * Starts programs in turns, one at a time and in a new random order in each round, so that the
 * machine's other load affects them all alike.
 *
 *   race [-f FIFO [-k]] [-t SECONDS] ROUNDS vs NAME [VAR=VALUE...] PROGRAM [ARG...] [vs NAME ...]
 *
 * -f: each start leaves one daemon, which announces itself in FIFO (subject.c); race makes FIFO
 * -k: a daemon that has announced itself gets SIGTERM as soon as the launching process is
 * collected, and must end with status 0; without -k it must end by itself, with any status -t: no
 * new round begins after that many seconds, but there are at least three
 *
 * A start is over when no process is left of it: race is the subreaper of all.  Prints for each
 * NAME and figure a line of eight fields, separated by tabs:
 *
 *   NAME FIGURE SAMPLES MIN MEDIAN MAX RATIO SPREAD
 *
 * RATIO is the median, over the rounds, of the sample over the first NAME's in the same round;
 * SPREAD is half the distance between its quartiles.  A start that is lost has no samples.
 *
 *   exit     from before the launching process is started until its status is known, in us
 *   faults   minor page faults of the launching process
 *   running  with -f, from the start until main(), or from the call of daemon() until its return
 *   reaped   with -f, from the same instant until the launching process's status is known
 *   lost     starts that failed: no status 0, no announcement within 20 s, or no end as described
 *   strays   processes left behind besides the daemon
 *
 * Status: 0, whatever is lost; 2 if it could not run.
 */
#include "announce.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum figure { EXIT, FAULTS, RUNNING, REAPED, FIGURES };
static const char *const figure_names[] = {"exit", "faults", "running", "reaped"};

enum { MOST = 16, PATIENCE_US = 20 * 1000 * 1000 };

static struct contender {
	const char *name;
	char **argv, **environment;
	double *samples[FIGURES]; /* one for each round; NAN: none */
	int lost, strays;
} contenders[MOST];

static int count, rounds, fifo = -1;
static bool ends;

static void fail(const char *what)
{
	perror(what);
	exit(2);
}

static void *allocate(size_t n, size_t size)
{
	void *memory = calloc(n, size);

	if (!memory)
		fail("calloc");
	return memory;
}

/* Returns the contender's variables followed by race's own environment. */
static char **environment(char **vars, size_t n)
{
	size_t own = 0;

	while (environ[own])
		own++;
	char **all = allocate(n + own + 1, sizeof *all);
	memcpy(all, vars, n * sizeof *all);
	memcpy(all + n, environ, own * sizeof *all);
	return all;
}

/* Takes NAME [VAR=VALUE...] PROGRAM [ARG...]; returns what follows the next "vs", or NULL. */
static char **take_contender(char **argv)
{
	struct contender *c = &contenders[count++];
	char **vars = argv + 1;

	c->name = argv[0];
	for (argv = vars; argv[0] && strchr(argv[0], '=');)
		argv++;
	if (!argv[0] || count == MOST) {
		fprintf(stderr, "race: too many, or NAME without PROGRAM\n");
		exit(2);
	}
	c->argv = argv;
	c->environment = environment(vars, (size_t)(argv - vars));
	for (int f = 0; f < FIGURES; f++) {
		c->samples[f] = allocate((size_t)rounds, sizeof(double));
		for (int r = 0; r < rounds; r++)
			c->samples[f][r] = NAN;
	}
	while (*argv && strcmp(*argv, "vs") != 0)
		argv++;
	if (!*argv)
		return NULL;
	*argv = NULL;
	return argv + 1;
}

/* Reads the daemon's announcement; false if all processes end or time runs out before it comes. */
static bool hear(struct announcement *a)
{
	struct pollfd p = {.fd = fifo, .events = POLLIN};
	double deadline = now_us() + PATIENCE_US;

	while (poll(&p, 1, 20) <= 0) {
		siginfo_t info = {0};
		bool all_gone = waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0;

		if (info.si_pid)
			waitpid(info.si_pid, NULL, 0);
		if ((all_gone && poll(&p, 1, 0) <= 0) || now_us() > deadline)
			return false;
	}
	return read(fifo, a, sizeof *a) == sizeof *a;
}

/* Collects all processes.  Returns the number of strays, or -1 if the daemon did not end well. */
static int collect(pid_t daemon)
{
	int status, strays = 0;
	bool well = !ends;
	pid_t pid;

	while ((pid = wait(&status)) > 0) {
		strays += pid != daemon;
		well |= pid == daemon && WIFEXITED(status) && WEXITSTATUS(status) == 0;
	}
	return well ? strays : -1;
}

static bool run(struct contender *c, int round)
{
	struct announcement a = {0};
	struct rusage usage;
	double figures[FIGURES] = {NAN, NAN, NAN, NAN};
	pid_t pid;
	int status;

	double begun = now_us();
	errno = posix_spawnp(&pid, c->argv[0], NULL, NULL, c->argv, c->environment);
	if (errno)
		fail(c->argv[0]);
	if (wait4(pid, &status, 0, &usage) != pid)
		fail("wait4");
	double reaped = now_us();
	figures[EXIT] = reaped - begun;
	figures[FAULTS] = (double)usage.ru_minflt;
	if (fifo >= 0) {
		bool announced = hear(&a);

		if (announced && ends)
			kill(a.pid, SIGTERM);
		int strays = collect(a.pid);
		if (!announced || strays < 0)
			return false;
		c->strays += strays;
		if (a.begun > 0)
			begun = a.begun;
		figures[RUNNING] = a.running - begun;
		figures[REAPED] = reaped - begun;
	}
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return false;
	for (int f = 0; f < FIGURES; f++)
		c->samples[f][round] = figures[f];
	return true;
}

static void shuffle(int *order)
{
	for (int i = count - 1; i > 0; i--) {
		int j = (int)(random() % (i + 1));
		int other = order[j];

		order[j] = order[i];
		order[i] = other;
	}
}

/* Returns the number of rounds that there were time for. */
static int run_all(double seconds)
{
	double end = seconds > 0 ? now_us() + seconds * 1e6 : INFINITY;
	int order[MOST], round = 0;

	for (int i = 0; i < count; i++)
		order[i] = i;
	for (; round < rounds && (round < 3 || now_us() < end); round++) {
		shuffle(order);
		for (int i = 0; i < count; i++)
			if (!run(&contenders[order[i]], round))
				contenders[order[i]].lost++;
	}
	return round;
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Sorts the samples that are not NAN to the front; returns their number. */
static int sort(double *samples, int n)
{
	int there = 0;

	for (int i = 0; i < n; i++)
		if (!isnan(samples[i]))
			samples[there++] = samples[i];
	qsort(samples, (size_t)there, sizeof *samples, compare);
	return there;
}

static void print_figure(const struct contender *c, enum figure f, int n)
{
	double *ratios = allocate((size_t)n, sizeof *ratios);
	double *samples = allocate((size_t)n, sizeof *samples);

	for (int r = 0; r < n; r++) {
		samples[r] = c->samples[f][r];
		ratios[r] = samples[r] / contenders[0].samples[f][r];
	}
	int there = sort(samples, n), compared = sort(ratios, n);
	if (there > 0) {
		printf("%s\t%s\t%d\t%.2f\t%.2f\t%.2f\t", c->name, figure_names[f], there,
		       samples[0], samples[there / 2], samples[there - 1]);
		if (compared > 0)
			printf("%.4f\t%.4f\n", ratios[compared / 2],
			       (ratios[compared * 3 / 4] - ratios[compared / 4]) / 2);
		else
			printf("-\t-\n");
	}
	free(ratios);
	free(samples);
}

static void print_count(const struct contender *c, const char *what, int n, int value)
{
	printf("%s\t%s\t%d\t%d\t%d\t%d\t-\t-\n", c->name, what, n, value, value, value);
}

int main(int argc, char **argv)
{
	double seconds = 0;
	const char *path = NULL;
	int option;

	while ((option = getopt(argc, argv, "+f:kt:")) != -1) {
		if (option == 'f')
			path = optarg;
		else if (option == 'k')
			ends = true;
		else if (option == 't')
			seconds = strtod(optarg, NULL);
		else
			return 2;
	}
	rounds = optind < argc ? atoi(argv[optind]) : 0;
	if (rounds < 1 || argc - optind < 4 || strcmp(argv[optind + 1], "vs") != 0)
		return 2;
	for (argv += optind + 2; argv;)
		argv = take_contender(argv);
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		fail("prctl");
	if (path && (mkfifo(path, 0600) < 0 || (fifo = open(path, O_RDWR | O_CLOEXEC)) < 0))
		fail(path);
	int n = run_all(seconds);
	for (int i = 0; i < count; i++) {
		for (int f = 0; f < FIGURES; f++)
			print_figure(&contenders[i], (enum figure)f, n);
		print_count(&contenders[i], "lost", n, contenders[i].lost);
		if (path)
			print_count(&contenders[i], "strays", n, contenders[i].strays);
	}
	if (path)
		unlink(path);
	return 0;
}
