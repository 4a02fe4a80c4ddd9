// SPDX-License-Identifier: MIT
/* Prints bytes from outside safely. */
#include "text.h"

#include "command.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void text_no_memory(void)
{
	fputs("daemonfix: out of memory\n", stderr);
	exit(STATUS_FAILED);
}

char *text_new_list(const char *format, va_list arguments)
{
	char *text;

	if (vasprintf(&text, format, arguments) < 0)
		text_no_memory();
	return text;
}

char *text_new(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	char *text = text_new_list(format, arguments);
	va_end(arguments);
	return text;
}

char *text_close(FILE *f, char **text)
{
	/* glibc's fclose(3) returns 0 where memory was missing. */
	if (!f || ferror(f) || fclose(f) != 0 || !*text)
		text_no_memory();
	return *text;
}

/*
 * The length in bytes of the UTF-8 character at s, and in *code the character; 0 if there is none.
 * Overlong forms, surrogates and values beyond U+10FFFF are invalid: RFC 3629.
 */
static size_t character(const unsigned char *s, uint32_t *code)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t length = s[0] < 0x80   ? 1
			: s[0] < 0xc0 ? 0
			: s[0] < 0xe0 ? 2
			: s[0] < 0xf0 ? 3
			: s[0] < 0xf8 ? 4
				      : 0;

	*code = length < 2 ? s[0] : s[0] & (0x7fu >> length);
	for (size_t i = 1; i < length; i++) {
		if ((s[i] & 0xc0) != 0x80) /* also true for the final null */
			return 0;
		*code = *code << 6 | (s[i] & 0x3f);
	}
	if (*code < least[length] || (*code >= 0xd800 && *code < 0xe000) || *code > 0x10ffff)
		return 0;
	return length;
}

/* Some terminals treat C1 control characters like an escape sequence. */
static int is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

void text_put(FILE *f, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	uint32_t code;

	while (*s) {
		size_t length = character(s, &code);
		size_t bytes = length ? length : 1;

		if (length && !is_control(code))
			fwrite(s, 1, bytes, f);
		else
			for (size_t i = 0; i < bytes; i++)
				fprintf(f, "\\x%02x", s[i]);
		s += bytes;
	}
}

void text_put_json(FILE *f, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	uint32_t code;

	fputc('"', f);
	while (*s) {
		size_t length = character(s, &code);

		if (!length)
			fprintf(f, "\\\\x%02x", *s++);
		else if (is_control(code))
			fprintf(f, "\\u%04x", (unsigned int)code);
		else
			fprintf(f, "%s%.*s", code == '"' || code == '\\' ? "\\" : "", (int)length,
				(const char *)s);
		s += length;
	}
	fputc('"', f);
}

/* Does text contain nothing that text_put() escapes? */
static bool is_plain(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	uint32_t code;

	for (size_t length; *s; s += length) {
		length = character(s, &code);
		if (!length || is_control(code))
			return false;
	}
	return true;
}

static void put_quoted(FILE *f, const char *text)
{
	bool plain = is_plain(text);

	fputs(plain ? "'" : "$'", f);
	for (const unsigned char *s = (const unsigned char *)text; *s; s++)
		if (plain && *s == '\'')
			fputs("'\\''", f);
		else if (plain || (*s >= ' ' && *s < 0x7f && *s != '\'' && *s != '\\'))
			fputc(*s, f);
		else
			fprintf(f, "\\%03o", *s);
	fputc('\'', f);
}

char *text_for_shell(const char *text)
{
	static const char harmless[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				       "0123456789@%+=:,./_-";
	char *word = NULL;
	size_t size;

	if (*text && !text[strspn(text, harmless)])
		return text_new("%s", text);
	FILE *f = open_memstream(&word, &size);
	if (f)
		put_quoted(f, text);
	return text_close(f, &word);
}
