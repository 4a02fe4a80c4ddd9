// SPDX-License-Identifier: MIT
/* One line on standard error, errno preserved. */
#include "message.h"

#include "bound.h"

#include <errno.h>
#include <limits.h>
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

void message_write(const char *const parts[])
{
	int saved_errno = errno;
	char line[1024] = "daemonfix: ";

	message_join(line, sizeof line - 1, parts);
	size_t length = strlen(line);
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)line[i];

		if (c < ' ' || c == 0x7f)
			line[i] = '?';
		else if (c == 0xc2 && (line[i + 1] & 0xe0) == 0x80)
			line[i] = line[i + 1] = '?'; /* C1: U+009B is what ESC [ is */
	}
	line[length++] = '\n';
	ssize_t written = write(STDERR_FILENO, line, length);
	(void)written; /* there is nowhere left to complain */
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
