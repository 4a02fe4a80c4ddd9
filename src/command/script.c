// SPDX-License-Identifier: MIT
/* Reads #! lines as execve(2) does, and that part of env(1)'s arguments that scripts need. */
#include "script.h"

#include <stdbool.h>
#include <string.h>

#define BLANKS " \t"

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/*
 * Skips assignments before the name of a program.  Assignments to PATH and LD_PRELOAD would
 * invalidate all earlier findings, so they are not understood; quotes, escapes and variables are
 * left to env(1).
 */
static const char *program_of_split(char *words)
{
	char *rest;

	if (strpbrk(words, "\"'\\$#"))
		return NULL;
	for (char *word = strtok_r(words, BLANKS, &rest); word;
	     word = strtok_r(NULL, BLANKS, &rest)) {
		if (begins(word, "PATH=") || begins(word, "LD_") || word[0] == '-')
			return NULL;
		if (!strchr(word, '='))
			return word;
	}
	return NULL;
}

/* The program that env(1) starts with this one argument; NULL: not understood. */
static const char *program_of_env(char *argument)
{
	static const char *const splits[] = {"-S", "-vS", "--split-string="};

	for (size_t i = 0; i < sizeof splits / sizeof splits[0]; i++)
		if (begins(argument, splits[i]))
			return program_of_split(argument + strlen(splits[i]));
	if (!argument[0] || argument[0] == '-' || strchr(argument, '='))
		return NULL;
	return argument; /* blanks are part of the name */
}

enum script_kind script_read(struct script *s, const unsigned char *data, size_t size)
{
	size_t length = size < SCRIPT_LINE - 1 ? size : SCRIPT_LINE - 1;
	char *word, *end;

	memset(s, 0, sizeof *s);
	if (length < 2 || data[0] != '#' || data[1] != '!')
		return SCRIPT_NONE;
	memcpy(s->line, data + 2, length - 2);
	s->line[strcspn(s->line, "\n")] = '\0';
	word = s->line + strspn(s->line, BLANKS);
	end = word + strcspn(word, BLANKS);
	/* A truncated path does not count. */
	if (end == word || end == s->line + SCRIPT_LINE - 3)
		return SCRIPT_NONE;
	char *argument = end + strspn(end, BLANKS);
	*end = '\0';
	for (end = argument + strlen(argument); end > argument && strchr(BLANKS, end[-1]);)
		*--end = '\0';

	const char *slash = strrchr(word, '/');
	s->interpreter = word;
	if (strcmp(slash ? slash + 1 : word, "env") != 0)
		return SCRIPT_FILE;
	s->program = program_of_env(argument);
	return s->program ? SCRIPT_FILE : SCRIPT_INTRICATE;
}
