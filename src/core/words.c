// SPDX-License-Identifier: MIT
#include "words.h"

#include "clock.h"
#include "closefds.h"
#include "descriptor.h"
#include "kernel.h"
#include "libc.h"
#include "message.h"
#include "safeopen.h"
#include "singlefork.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>

static int open_pipe(struct words *w, int *writer)
{
	struct stat st;
	int fds[2] = {-1, -1};

	if (KERNEL_CALL2(pipe2, fds, O_CLOEXEC) < 0)
		return -1;
	w->pipe = descriptor_above_stdio(fds[0]);
	*writer = descriptor_above_stdio(fds[1]);
	if (w->pipe >= 0 && *writer >= 0 && fstat(w->pipe, &st) == 0 &&
	    fcntl(w->pipe, F_SETFL, O_NONBLOCK) == 0) {
		w->pipe_inode = st.st_ino;
		return 0;
	}
	int saved_errno = errno;
	close(w->pipe);
	close(*writer);
	w->pipe = -1;
	errno = saved_errno;
	return -1;
}

/* Skips the present contents of the file, which may not exist yet. */
static void note_log(struct words *w, int i, const char *path)
{
	struct stat st;

	if (!path || (i == 1 && w->logs[0].path && strcmp(path, w->logs[0].path) == 0))
		return;
	w->logs[i].path = path;
	w->logs[i].start = stat(path, &st) == 0 ? st.st_size : 0;
}

int words_open(struct words *w, int stdfds[3], const char *output, const char *error)
{
	const char *logs[] = {output, error};
	int writer = -1;

	w->pipe = -1;
	for (int i = 0; i < 2; i++)
		if (!logs[i] && stdfds[i + 1] >= 0) {
			if (writer < 0 && open_pipe(w, &writer) < 0)
				return -1;
			stdfds[i + 1] = writer;
		}
	for (int i = 0; i < 2; i++)
		note_log(w, i, logs[i]);
	return 0;
}

bool words_read(struct words *w)
{
	long n = 1;

	/* Bounded, because the writer may never stop; but more than a pipe holds. */
	for (int i = 0; i < 16 && w->pipe >= 0 && n > 0; i++) {
		size_t at = w->count % WORDS_KEPT;

		n = KERNEL_CALL3(read, w->pipe, w->last + at, WORDS_KEPT - at);
		if (n > 0)
			w->count += (size_t)n;
	}
	return w->pipe >= 0 && n != 0;
}

/* Writes text, but does not wait for ever for a reader. */
static bool show(const char *text, size_t size)
{
	enum { PATIENCE_S = 5 };
	struct pollfd p = {.fd = STDERR_FILENO, .events = POLLOUT};

	while (size > 0) {
		struct kernel_time t = {PATIENCE_S, 0};
		long n = KERNEL_CALL5(ppoll, &p, 1, &t, NULL, 0);

		if (n > 0)
			n = write_without_signals(STDERR_FILENO, text,
						  size < PIPE_BUF ? size : PIPE_BUF);
		if (n <= 0)
			return false;
		text += n;
		size -= (size_t)n;
	}
	return true;
}

/* Ends the line, so that our own message begins one. */
static void end_line(char last)
{
	if (last != '\n')
		show("\n", 1);
}

static void show_log(struct words *w, const char *path, off_t from)
{
	int fd = safe_open(path, O_RDONLY | O_NONBLOCK, 0);
	char last = '\n';
	struct stat st;
	ssize_t n;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		if (from < st.st_size - WORDS_KEPT)
			from = st.st_size - WORDS_KEPT;
		while ((n = pread(fd, w->last, sizeof w->last, from)) > 0 &&
		       show(w->last, (size_t)n)) {
			from += n;
			last = w->last[n - 1];
		}
		end_line(last);
	}
	descriptor_close(&fd);
}

void words_show(struct words *w)
{
	words_read(w);
	size_t at = w->count % WORDS_KEPT;
	if (message_is_muted())
		return;
	if (w->count >= WORDS_KEPT)
		show(w->last + at, WORDS_KEPT - at);
	show(w->last, at);
	if (w->count > 0)
		end_line(w->last[(at > 0 ? at : WORDS_KEPT) - 1]);
	for (int i = 0; i < 2; i++)
		if (w->logs[i].path)
			show_log(w, w->logs[i].path, w->logs[i].start);
}

/* A fork may fail for the moment. */
enum { TRIES = 100, TRY_MS = 10 };

static _Noreturn void drain(struct words *w)
{
	KERNEL_CALL0(setsid);
	KERNEL_CALL5(prctl, PR_SET_NAME, "daemonfix-drain", 0, 0, 0);
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		close(fd);
	close_fds_but(&w->pipe, 1);
	int moved = chdir("/");
	(void)moved;
	fcntl(w->pipe, F_SETFL, 0);
	while (KERNEL_CALL3(read, w->pipe, w->last, PIPE_BUF) > 0)
		;
	libc_exit(0);
}

void words_release(struct words *w)
{
	pid_t pid = -1;

	if (!words_read(w))
		return;
	for (int i = 0; i < TRIES && pid < 0; i++) {
		pid = single_fork();
		if (pid == 0)
			drain(w);
		if (pid < 0)
			clock_sleep_ms(TRY_MS);
	}
}
