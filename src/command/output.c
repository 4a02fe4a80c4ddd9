// SPDX-License-Identifier: MIT
/* Lines for people, on standard output and standard error. */
#include "output.h"

#include "command.h"
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Writes one line; finish() notices an error of the stream. */
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

int show_usage(const char *usage)
{
	fputs(usage, stdout);
	return 0;
}

int bad_usage(const char *format, ...)
{
	va_list arguments;

	size_t length = strcspn(format, ":%( ");
	char *hint =
		text_new(" (see daemonfix %.*s%s--help)", format[length] == ':' ? (int)length : 0,
			 format, format[length] == ':' ? " " : "");

	va_start(arguments, format);
	line(stderr, "daemonfix: ", format, arguments, hint);
	va_end(arguments);
	free(hint);
	return STATUS_FAILED;
}
