// SPDX-License-Identifier: MIT
/* Writes one line to standard error and never kills, blocks or changes the program. */
#include "message.h"

#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

void message_join(char *buf, size_t size, const char *const parts[])
{
	size_t used = strlen(buf);

	for (; *parts; parts++)
		for (const char *c = *parts; *c && used + 1 < size; c++)
			buf[used++] = *c;
	buf[used] = '\0';
}

/* If standard error was closed at the start, descriptor 2 is a file of the program's. */
static bool is_muted;

bool message_is_muted(void)
{
	return is_muted;
}

void message_at_load(void)
{
	is_muted = fcntl(STDERR_FILENO, F_GETFD) < 0;
}

ssize_t write_without_signals(int fd, const void *data, size_t size)
{
	static const int numbers[] = {SIGPIPE, SIGXFSZ, SIGTTOU};
	const struct kernel_time now = {0, 0};
	sigset_t set, old, pending;

	sigemptyset(&set);
	sigemptyset(&pending);
	KERNEL_CALL2(rt_sigpending, &pending, _NSIG / 8);
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		sigaddset(&set, numbers[i]);
	KERNEL_CALL4(rt_sigprocmask, SIG_BLOCK, &set, &old, _NSIG / 8);
	long written = KERNEL_CALL3(write, fd, data, size);
	int saved_errno = errno;
	/* Signals that were already pending are not ours to take. */
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		if (sigismember(&pending, numbers[i]))
			sigdelset(&set, numbers[i]);
	if (written != (long)size)
		while (KERNEL_CALL4(rt_sigtimedwait, &set, NULL, &now, _NSIG / 8) > 0)
			;
	KERNEL_CALL4(rt_sigprocmask, SIG_SETMASK, &old, NULL, _NSIG / 8);
	errno = saved_errno;
	return written;
}

/* Output that a full pipe or a stopped terminal does not accept is lost. */
static void write_if_possible(const char *line, size_t length)
{
	struct pollfd p = {.fd = STDERR_FILENO, .events = POLLOUT};

	if (!is_muted && poll(&p, 1, 0) == 1 && (p.revents & POLLOUT))
		write_without_signals(STDERR_FILENO, line, length);
}

void message_text(const char *text)
{
	write_if_possible(text, strlen(text));
}

/* The length of the UTF-8 character that text begins with; 1 if there is none. */
static size_t character_length(const char *text)
{
	unsigned char first = (unsigned char)text[0];
	size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 1;

	for (size_t i = 1; i < length; i++)
		if (first > 0xf4 || ((unsigned char)text[i] & 0xc0) != 0x80)
			return 1;
	return length;
}

/*
 * C0, DEL and C1 become '?'.  A C1 character (U+009B acts as ESC [) is two bytes in UTF-8, and one
 * byte for an 8-bit terminal.
 */
static void mask_controls(char *line)
{
	size_t length;

	for (char *c = line; *c; c += length) {
		unsigned char first = (unsigned char)c[0], second = (unsigned char)c[1];

		length = character_length(c);
		if (first < ' ' || first == 0x7f || (length == 1 && first >= 0x80 && first < 0xa0))
			c[0] = '?';
		else if (first == 0xc2 && length == 2 && second < 0xa0)
			c[0] = c[1] = '?';
	}
}

void message_write(const char *const parts[])
{
	int saved_errno = errno;
	char line[1024] = "daemonfix: ";

	message_join(line, sizeof line - 1, parts);
	mask_controls(line);
	size_t length = strlen(line);
	line[length++] = '\n';
	write_if_possible(line, length);
	errno = saved_errno;
}

long message_number(const char *text)
{
	long number = 0;

	for (; *text >= '0' && *text <= '9' && number < LONG_MAX / 16; text++)
		number = number * 10 + (*text - '0');
	return number;
}

const char *message_decimal(char buf[DECIMAL_SIZE], long number)
{
	unsigned long rest = number < 0 ? -(unsigned long)number : (unsigned long)number;
	char *p = &buf[DECIMAL_SIZE - 1];

	*p = '\0';
	do
		*--p = (char)('0' + rest % 10);
	while (rest /= 10);
	if (number < 0)
		*--p = '-';
	return p;
}
