// SPDX-License-Identifier: MIT
/*
 * libFuzzer target for the readers of PID files, src/core/pidfile.c and src/command/holder.c: the
 * input is the file.  It asserts that a PID is a positive number, that a file without one gives a
 * reason of one printable line, and that both readers agree on files that the library writes.
 */
#include "../../src/core/pidfile.c" // the readers are static
#define lock     lock_of_command
#define START_MS start_ms_of_command
#include "../../src/command/holder.c"
#undef lock
#undef START_MS

#include <assert.h>
#include <stdint.h>

/* Is it what pidfile_write() writes? */
static bool is_ours(const char *text, size_t size)
{
	size_t digits = strspn(text, "0123456789");

	return digits > 0 && digits < 10 && text[0] != '0' && digits + 1 == size &&
	       text[digits] == '\n';
}

static void print(const char *problem)
{
	char *shown = NULL;
	size_t length;
	FILE *f = open_memstream(&shown, &length);

	assert(f);
	text_put(f, problem);
	fclose(f);
	assert(strlen(shown) == length && !strpbrk(shown, "\n\r\t\033"));
	free(shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	char *problem, text[16] = "";

	if (fd < 0)
		fd = memfd_create("pid", MFD_CLOEXEC);
	assert(ftruncate(fd, 0) == 0 && pwrite(fd, data, size, 0) == (ssize_t)size);
	memcpy(text, data, size < sizeof text - 1 ? size : sizeof text - 1);

	pid_t by_library = read_pid(fd), by_command = read_number(fd, &problem);
	assert(by_command >= 0 && (by_command == 0) == (problem != NULL));
	if (problem)
		print(problem);
	free(problem);
	if (is_ours(text, size))
		assert(by_library == atoi(text) && by_command == by_library);
	if (by_command > 0 && by_library > 0 && data[0] >= '0' && data[0] <= '9')
		assert(by_command == by_library);
	return 0;
}
