// SPDX-License-Identifier: MIT
/*
 * libFuzzer target for src/command/elf.c: the input is the file.  It asserts, besides the
 * sanitizers' checks, that the interpreter is a string within the file and all parts lie within it.
 */
#include "../../src/command/elf.c" // the functions to check are static

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A block of its own: AddressSanitizer sees the byte behind it. */
	unsigned char *file = malloc(size ? size : 1);
	struct elf e = {.data = file, .size = size};

	if (!file)
		abort();
	memcpy(file, data, size);
	if (elf_read(&e) == ELF_FILE) {
		assert(e.bits == 32 || e.bits == 64);
		assert(!e.interpreter || strlen(e.interpreter) < size);
		assert(!e.has_symbols ||
		       (within(&e, e.symbols.entries) && within(&e, e.symbols.strings)));
		assert(elf_machine(&e)[0]);
		elf_symbol(&e, "daemon");
		elf_symbol(&e, "setsid");
		assert(within(&e, e.dynamic.entries) && within(&e, e.dynamic.strings));
		for (size_t i = 0; elf_needed(&e, i); i++)
			assert(strlen(elf_needed(&e, i)) < size);
		elf_is_library(&e);
		elf_contains(&e, "NOTIFY_SOCKET");
	}
	assert(e.data == file && e.size == size);
	free(file);
	return 0;
}
