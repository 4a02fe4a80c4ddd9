// SPDX-License-Identifier: MIT
/* Lines for people, on standard output and standard error. */
#include "output.h"

#include "command.h"
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* One line; an error of the stream is seen by finish(). */
static void line(FILE *f, const char *before, const char *format, va_list arguments,
		 const char *after)
{
	char *text;

	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	fputs(before, f);
	text_put(f, text ? text : "out of memory");
	fprintf(f, "%s\n", after);
	free(text);
}

void say(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	line(stdout, "", format, arguments, "");
	va_end(arguments);
}

void complain(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	line(stderr, "daemonfix: ", format, arguments, "");
	va_end(arguments);
}

int bad_usage(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	line(stderr, "daemonfix: ", format, arguments, " (see daemonfix --help)");
	va_end(arguments);
	return STATUS_FAILED;
}
