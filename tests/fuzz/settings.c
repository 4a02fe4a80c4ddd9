// SPDX-License-Identifier: MIT
/*
 * libFuzzer target for src/core/settings.c: the input, split at null bytes, is the environment.
 * It asserts that each member has a value that the manual allows, and a problem is one string.
 */
#define keep_text keep_for_one_run
#include "../../src/core/settings.c" // the functions in question are static

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

static char *kept[VARIABLES];
static size_t kept_count;

const char *keep_for_one_run(const char *text)
{
	assert(kept_count < VARIABLES);
	return kept[kept_count++] = strdup(text);
}

static void check_path(const char *path)
{
	assert(!path || (path[0] == '/' && strlen(path) < PATH_MAX));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings *s = calloc(1, sizeof *s);
	char *text = malloc(size + 1);
	char **entries = calloc(size + 2, sizeof *entries), **saved = environ;
	size_t count = 0;

	if (!s || !text || !entries)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	for (size_t at = 0; at < size; at += strlen(text + at) + 1)
		entries[count++] = text + at;

	environ = entries;
	read_all(s);
	environ = saved;

	assert(s->mode <= MODE_UNKNOWN && s->mark.standing <= STANDING_FOREGROUND);
	assert(s->umask.mask <= 0777);
	assert(memchr(s->problem, '\0', sizeof s->problem));
	assert(s->mode != MODE_UNKNOWN || s->problem[0]);
	check_path(s->mark.path);
	check_path(s->directory);
	check_path(s->output);
	check_path(s->error);
	check_path(s->pidfile);
	while (kept_count > 0)
		free(kept[--kept_count]);
	free(entries);
	free(text);
	free(s);
	return 0;
}
