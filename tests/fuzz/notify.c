// SPDX-License-Identifier: MIT
/*
 * libFuzzer target for src/core/notify.c: the input is a message of sd_notify(3), or of an
 * interposed listen(2).  It asserts that the parser finds in the message what it finds in each
 * line alone, and that the status is one string.
 */
#include "../../src/core/notify.h"
#include "../../src/core/report.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MESSAGE_MAX = 4095 };

/* The socket, and the daemon's end. */
static struct notify own;
static int daemons;

static void open_once(void)
{
	const int yes = 1;
	int ends[2];

	if (own.fd > 0)
		return;
	assert(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends) == 0);
	assert(setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &yes, sizeof yes) == 0);
	own.fd = ends[0];
	daemons = ends[1];
}

/* The number that text begins with. */
static unsigned long long number(const char *text)
{
	return strtoull(*text >= '0' && *text <= '9' ? text : "0", NULL, 10);
}

/* A number too large for ours is not judged. */
static bool is_small(const char *text)
{
	return strspn(text, "0123456789") < 10;
}

/* Of several lines with a number, the last counts. */
static void check_numbers(const struct notify_news *news, const char *text)
{
	static const char *const names[] = {"EXTEND_TIMEOUT_USEC=", NOTIFY_LISTENS,
					    NOTIFY_AUTOMATIC};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		size_t length = strlen(names[i]);
		const char *last = NULL;

		for (const char *line = text; line; line = strchr(line, '\n')) {
			line += *line == '\n';
			if (strncmp(line, names[i], length) == 0)
				last = line + length;
			if (!*line)
				break;
		}
		if (!last) {
			assert(i == 0   ? news->extend_ms == -1
			       : i == 1 ? !news->listens
					: !news->automatic);
		} else if (is_small(last)) {
			unsigned long long n = number(last);

			assert(i == 0   ? news->extend_ms == (long long)(n / 1000)
			       : i == 1 ? news->listens == n
					: news->automatic == n);
		}
	}
	assert(news->extend_ms >= -1);
}

static void check(const struct notify_news *news, const char *text)
{
	char *copy = strdup(text), *rest = copy, *line;
	bool ready = false;

	assert(copy);
	check_numbers(news, text);
	while ((line = strsep(&rest, "\n")))
		ready = ready || strcmp(line, "READY=1") == 0;
	assert(news->ready == ready);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct notify_news news;
	char text[MESSAGE_MAX + 1];

	open_once();
	size_t taken = size < MESSAGE_MAX ? size : MESSAGE_MAX;
	memcpy(text, data, taken);
	text[taken] = '\0';
	assert(write(daemons, data, size) == (ssize_t)size);
	assert(notify_receive(&own, &news));
	assert(!notify_receive(&own, &(struct notify_news){0}));
	check(&news, text);
	assert(memchr(own.status, '\0', sizeof own.status));
	report_resume(text); /* as in a daemon that has executed a program */
	assert(!report_target() || strlen(report_target()) < NOTIFY_NAME + 24);
	return 0;
}
