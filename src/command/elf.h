/* SPDX-License-Identifier: MIT */
/* Reads what ld.so(8) will find in an ELF file: elf(5), 32 or 64 bits, in either byte order. */
#ifndef ELF_READER_H
#define ELF_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A part of the file that lies within it. */
struct elf_part {
	uint64_t offset, size;
};

/* A table of dynamic linking, and the strings that its entries name. */
struct elf_table {
	struct elf_part entries, strings;
};

struct elf {
	const unsigned char *data; /* the file, of any kind */
	size_t size;
	bool damaged; /* the file lacks something that it should have */
	unsigned int bits;
	bool big_endian;
	unsigned int type, machine; /* ET_, EM_ of elf.h */
	const char *interpreter;    /* PT_INTERP, within data; NULL: none */
	bool has_symbols;           /* false: elf_symbol() cannot know */
	struct elf_table symbols;   /* for dynamic linking */
	struct elf_table dynamic;   /* the DT_ entries; empty: none, or unknown */
};

enum elf_kind { ELF_NONE /* another kind of file */, ELF_DAMAGED, ELF_FILE };

/* Whether an ELF file imports or defines a function.  A variable of that name does not count. */
enum elf_symbol { ELF_ABSENT, ELF_IMPORTED, ELF_DEFINED };

/*
 * Maps a regular file into memory; sets only data and size.  Returns 0, or -1 with errno set
 * (EINVAL: not a regular file).
 */
int elf_map(struct elf *e, const char *path);
void elf_unmap(struct elf *e);

/* Reads data and size.  The other members are valid only if it returns ELF_FILE. */
enum elf_kind elf_read(struct elf *e);

/* Like elf_read(), without symbols and libraries: class, type, machine, interpreter. */
enum elf_kind elf_read_header(struct elf *e);

/* Does the file import a function of this name from another file, or export it? */
enum elf_symbol elf_symbol(struct elf *e, const char *name);

/* The name in DT_NEEDED entry number, from 0; NULL: there are fewer, or unknown. */
const char *elf_needed(struct elf *e, size_t number);

/* Is the file a shared library: does it have a DT_SONAME, but no entry point? */
bool elf_is_library(struct elf *e);

/* Do these bytes occur anywhere in the file? */
bool elf_contains(const struct elf *e, const char *text);

/* The machine's name, or "another machine". */
const char *elf_machine(const struct elf *e);

#endif
