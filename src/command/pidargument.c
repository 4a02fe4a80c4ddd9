// SPDX-License-Identifier: MIT
/* A process that is named on the command line. */
#include "pidargument.h"

#include "process.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIGITS "0123456789"
#define BLANKS " \t\r\n"

/* 0 if it is none. */
static pid_t parse(const char *text)
{
	errno = 0;
	long pid = strtol(text, NULL, 10);

	if (text[strspn(text, DIGITS)] || errno || pid > INT_MAX)
		return 0;
	return (pid_t)pid;
}

/* The first word of a file; what follows is not looked at (PostgreSQL has more lines). */
static int read_word(const char *path, char *word, size_t size)
{
	/* O_NONBLOCK: opening a FIFO must not wait for its other end. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	ssize_t n = -1;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode))
		errno = EINVAL;
	else
		n = read(fd, word, size - 1);
	close_quietly(fd);
	if (n < 0)
		return -1;
	word[n] = '\0';
	size_t blank = strspn(word, BLANKS);
	memmove(word, word + blank, strlen(word + blank) + 1);
	word[strcspn(word, BLANKS)] = '\0';
	return 0;
}

enum pid_argument pid_argument(const char *text, pid_t *pid, char **reason)
{
	char word[64];

	*reason = NULL;
	*pid = parse(text);
	if (*pid > 0)
		return PID_ARGUMENT_FOUND;
	if (!text[strspn(text, "+-" BLANKS DIGITS)])
		return PID_ARGUMENT_BAD;
	if (read_word(text, word, sizeof word) < 0) {
		*reason = errno == EINVAL ? text_new("%s: not a PID file: not a regular file", text)
					  : text_new("%s: %s", text, strerror(errno));
		return PID_ARGUMENT_BAD_FILE;
	}
	*pid = parse(word);
	if (*pid > 0)
		return PID_ARGUMENT_FOUND;
	*reason = text_new("%s: %s", text,
			   word[0] ? "not a PID file: it does not begin with a PID"
				   : "is empty, so it names no process");
	return PID_ARGUMENT_BAD_FILE;
}
