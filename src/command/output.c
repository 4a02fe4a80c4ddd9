// SPDX-License-Identifier: MIT
/* Lines for people, on standard output and standard error. */
#include "output.h"

#include "command.h"
#include "text.h"

#include <stdarg.h>
#include <stdbool.h>
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

/*
 * The hint follows in brackets, or in those that the message ends with.  The message begins with
 * the subcommand and a colon, unless it is about the command as a whole.
 */
int bad_usage(const char *format, ...)
{
	va_list arguments;
	size_t name = strcspn(format, ":%( "), end = strlen(format);
	bool in_brackets = format[end - 1] == ')';
	bool has_name = format[name] == ':';
	char *message = text_new("%.*s", (int)(end - in_brackets), format);
	char *hint = text_new("%ssee daemonfix %.*s%s--help)", in_brackets ? "; " : " (",
			      has_name ? (int)name : 0, format, has_name ? " " : "");

	va_start(arguments, format);
	// NOLINTNEXTLINE(clang-diagnostic-format-nonliteral)
	line(stderr, "daemonfix: ", message, arguments, hint);
	va_end(arguments);
	free(hint);
	free(message);
	return STATUS_FAILED;
}
