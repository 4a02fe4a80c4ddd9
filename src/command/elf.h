/* SPDX-License-Identifier: MIT */
/* What ld.so(8) will find in an ELF file: elf(5), of 32 or 64 bits, in either byte order. */
#ifndef ELF_READER_H
#define ELF_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A part of the file that lies within it. */
struct elf_part {
	uint64_t offset, size;
};

struct elf {
	const unsigned char *data; /* the file, whatever it is */
	size_t size;
	bool damaged; /* something that should be in the file is not */
	unsigned int bits;
	bool big_endian;
	unsigned int type, machine;     /* ET_, EM_ of elf.h */
	const char *interpreter;        /* PT_INTERP, within data; NULL: none */
	bool has_symbols;               /* false: elf_symbol() cannot know */
	struct elf_part symbols, names; /* of dynamic linking */
};

enum elf_kind { ELF_NONE /* another kind of file */, ELF_DAMAGED, ELF_FILE };

/* What an ELF file has to do with a function. */
enum elf_symbol { ELF_ABSENT, ELF_IMPORTED, ELF_DEFINED };

/*
 * Maps a regular file into memory: data and size, no more.  Returns 0, or -1 with errno set
 * (EINVAL: no regular file).
 */
int elf_map(struct elf *e, const char *path);
void elf_unmap(struct elf *e);

/* Reads what is in data and size.  The other members count if it returns ELF_FILE. */
enum elf_kind elf_read(struct elf *e);

/* Does it import a function by this name from another file, or offer it to others? */
enum elf_symbol elf_symbol(struct elf *e, const char *name);

/* The machine's name, or "another machine". */
const char *elf_machine(const struct elf *e);

#endif
