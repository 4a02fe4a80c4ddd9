// SPDX-License-Identifier: MIT
/*
 * The program that becomes a daemon, and announces when.
 *
 *   subject [-cw] [-m MIB [-t]] FIFO HOW
 *
 * HOW is "not" (another program makes it a daemon before main()), "daemon" (it calls daemon(3), of
 * whatever library), "musl" (musl's algorithm: two forks, nobody waits) or "waited" (two forks; the
 * launching process collects the intermediate and waits until the daemon is complete).
 *
 * -m: it has MIB of resident memory, in pages of 4 KiB, or with -t in huge pages
 * -c: it has a child, which ends, before it announces itself
 * -w: having announced itself in FIFO, it waits for SIGTERM and ends with status 0
 *
 * Status: 0; 1 if it does not become a daemon.
 */
#include "announce.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static bool huge, waits, has_child;
static sigset_t term;

static void become_resident(size_t mib)
{
	size_t size = mib << 20;
	char *memory;

	if (!mib)
		return;
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED || madvise(memory, size, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE))
		exit(1);
	for (size_t i = 0; i < size; i += 4096)
		memory[i] = 1;
}

static int to_null(void)
{
	int fd = open("/dev/null", O_RDWR);

	if (fd < 0 || dup2(fd, 0) < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
		return -1;
	return fd > 2 ? close(fd) : 0;
}

static int musl(void)
{
	if (chdir("/") < 0 || to_null() < 0)
		return -1;
	for (int forks = 0; forks < 2; forks++) {
		pid_t pid = fork();

		if (pid < 0)
			return -1;
		if (pid > 0)
			_exit(0);
		if (forks == 0 && setsid() < 0)
			return -1;
	}
	return 0;
}

static int waited(void)
{
	char complete;
	int fds[2], status;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -1;
	pid_t pid = fork();
	if (pid < 0)
		return -1;
	if (pid > 0) {
		close(fds[1]);
		if (waitpid(pid, &status, 0) != pid || read(fds[0], &complete, 1) != 1)
			return -1;
		_exit(0);
	}
	if (setsid() < 0 || (pid = fork()) < 0)
		_exit(1);
	if (pid > 0)
		_exit(0);
	if (chdir("/") < 0 || to_null() < 0 || write(fds[1], "", 1) != 1)
		_exit(1);
	close(fds[0]);
	return close(fds[1]);
}

/* scripts/bench counts the instructions of this function. */
__attribute__((noinline)) static int become_daemon(const char *how)
{
	if (strcmp(how, "daemon") == 0)
		return daemon(0, 0);
	if (strcmp(how, "musl") == 0)
		return musl();
	return strcmp(how, "waited") == 0 ? waited() : -1;
}

static void have_child(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		exit(1);
}

/* The daemon's work: scripts/bench counts the library's instructions in it. */
__attribute__((noinline)) static int live(const struct announcement *a, const char *path)
{
	int sig, fifo = open(path, O_WRONLY | O_NONBLOCK);

	if (has_child)
		have_child();
	if (fifo < 0 || write(fifo, a, sizeof *a) != sizeof *a)
		return 1;
	return waits && sigwait(&term, &sig) != 0;
}

int main(int argc, char **argv)
{
	struct announcement a = {.running = now_us()};
	size_t mib = 0;
	int option;

	while ((option = getopt(argc, argv, "ctwm:")) != -1) {
		if (option == 'm')
			mib = strtoul(optarg, NULL, 10);
		else if (option == 't')
			huge = true;
		else if (option == 'c')
			has_child = true;
		else if (option == 'w')
			waits = true;
		else
			return 1;
	}
	if (argc - optind != 2)
		return 1;
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	if (waits)
		sigprocmask(SIG_BLOCK, &term, NULL);
	if (strcmp(argv[optind + 1], "not") != 0) {
		become_resident(mib);
		a.begun = now_us();
		if (become_daemon(argv[optind + 1]) < 0)
			return 1;
		a.running = now_us();
	}
	a.pid = getpid();
	return live(&a, argv[optind]);
}
