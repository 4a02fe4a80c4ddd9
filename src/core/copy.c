// SPDX-License-Identifier: MIT
#include "copy.h"

#include <string.h>
#include <sys/mman.h>

char *copy_text(const char *text)
{
	size_t size = strlen(text) + 1;
	void *copy = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return copy == MAP_FAILED ? NULL : memcpy(copy, text, size);
}

void copy_free(char *copy)
{
	munmap(copy, strlen(copy) + 1);
}
