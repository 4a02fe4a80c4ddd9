// SPDX-License-Identifier: MIT
/*
 * The ELF reader.  It does not trust the file: only number() reads numbers, and checks that they
 * lie within the file; within() checks each part (strings, symbols).
 */
#include "elf.h"

#include <elf.h> // NOLINT(readability-duplicate-include): the system's
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static bool within(const struct elf *e, struct elf_part part)
{
	return part.offset <= e->size && part.size <= e->size - part.offset;
}

/* The number in some bytes at an offset in the structure at base; 0 if it is beyond the file. */
static uint64_t number(struct elf *e, uint64_t base, size_t offset, size_t bytes)
{
	uint64_t value = 0;

	if (!within(e, (struct elf_part){base, offset + bytes})) {
		e->damaged = true;
		return 0;
	}
	for (size_t i = 0; i < bytes; i++)
		value = value << 8 | e->data[base + offset + (e->big_endian ? i : bytes - 1 - i)];
	return value;
}

/* A member of Elf32_STRUCTURE or Elf64_STRUCTURE at base, and the size of such a structure. */
#define NUMBER(e, base, structure, member)                                                         \
	((e)->bits == 64 ? number(e, base, offsetof(Elf64_##structure, member),                    \
				  sizeof((Elf64_##structure){0}.member))                           \
			 : number(e, base, offsetof(Elf32_##structure, member),                    \
				  sizeof((Elf32_##structure){0}.member)))
#define SIZE(e, structure) ((e)->bits == 64 ? sizeof(Elf64_##structure) : sizeof(Elf32_##structure))

/* The first PT_INTERP, as the kernel takes it: a string with its final null. */
static void read_interpreter(struct elf *e)
{
	uint64_t count = NUMBER(e, 0, Ehdr, e_phnum), at = NUMBER(e, 0, Ehdr, e_phoff);

	if (count > 0 && (NUMBER(e, 0, Ehdr, e_phentsize) != SIZE(e, Phdr) ||
			  !within(e, (struct elf_part){at, count * SIZE(e, Phdr)})))
		e->damaged = true;
	for (; count > 0 && !e->damaged; count--, at += SIZE(e, Phdr)) {
		if (NUMBER(e, at, Phdr, p_type) != PT_INTERP)
			continue;
		struct elf_part string = {NUMBER(e, at, Phdr, p_offset),
					  NUMBER(e, at, Phdr, p_filesz)};
		if (!within(e, string) || string.size == 0 ||
		    e->data[string.offset + string.size - 1] != '\0')
			e->damaged = true;
		else
			e->interpreter = (const char *)e->data + string.offset;
		return;
	}
}

static struct elf_part section(struct elf *e, uint64_t at)
{
	return (struct elf_part){NUMBER(e, at, Shdr, sh_offset), NUMBER(e, at, Shdr, sh_size)};
}

/* Reads the table with its section header at an offset; false, with the table empty, if invalid. */
static bool read_table(struct elf *e, uint64_t at, uint64_t entry, struct elf_table *table)
{
	uint64_t count = NUMBER(e, 0, Ehdr, e_shnum), start = NUMBER(e, 0, Ehdr, e_shoff);
	uint64_t strings = NUMBER(e, at, Shdr, sh_link);

	if (strings >= count || NUMBER(e, at, Shdr, sh_entsize) != entry)
		return false;
	*table = (struct elf_table){section(e, at), section(e, start + strings * SIZE(e, Shdr))};
	if (within(e, table->entries) && within(e, table->strings))
		return true;
	*table = (struct elf_table){0};
	return false;
}

/*
 * Uses the tables of the section headers, which the kernel and ld.so(8) ignore, because only these
 * contain the number of symbols.  A program without them works, but its imports are unknown.
 */
static void read_tables(struct elf *e)
{
	uint64_t count = NUMBER(e, 0, Ehdr, e_shnum), start = NUMBER(e, 0, Ehdr, e_shoff);

	if (NUMBER(e, 0, Ehdr, e_shentsize) != SIZE(e, Shdr))
		return;
	if (!within(e, (struct elf_part){start, count * SIZE(e, Shdr)}))
		return;
	for (uint64_t i = 0; i < count; i++) {
		uint64_t at = start + i * SIZE(e, Shdr), type = NUMBER(e, at, Shdr, sh_type);

		if (type == SHT_DYNSYM && !e->has_symbols)
			e->has_symbols = read_table(e, at, SIZE(e, Sym), &e->symbols);
		if (type == SHT_DYNAMIC && e->dynamic.entries.size == 0)
			read_table(e, at, SIZE(e, Dyn), &e->dynamic);
	}
}

enum elf_kind elf_read_header(struct elf *e)
{
	*e = (struct elf){.data = e->data, .size = e->size};
	if (e->size < SELFMAG || memcmp(e->data, ELFMAG, SELFMAG) != 0)
		return ELF_NONE;
	if (e->size < EI_NIDENT)
		return ELF_DAMAGED;
	e->bits = e->data[EI_CLASS] == ELFCLASS64 ? 64 : 32;
	e->big_endian = e->data[EI_DATA] == ELFDATA2MSB;
	if ((e->bits == 32 && e->data[EI_CLASS] != ELFCLASS32) ||
	    (!e->big_endian && e->data[EI_DATA] != ELFDATA2LSB))
		return ELF_DAMAGED;
	e->type = (unsigned int)NUMBER(e, 0, Ehdr, e_type);
	e->machine = (unsigned int)NUMBER(e, 0, Ehdr, e_machine);
	read_interpreter(e);
	return e->damaged ? ELF_DAMAGED : ELF_FILE;
}

enum elf_kind elf_read(struct elf *e)
{
	enum elf_kind kind = elf_read_header(e);

	if (kind == ELF_FILE)
		read_tables(e);
	return kind;
}

static bool is_name(const struct elf *e, uint64_t offset, const char *name)
{
	size_t length = strlen(name) + 1;
	const struct elf_part *names = &e->symbols.strings;

	return offset < names->size && length <= names->size - offset &&
	       memcmp(e->data + names->offset + offset, name, length) == 0;
}

enum elf_symbol elf_symbol(struct elf *e, const char *name)
{
	uint64_t count = e->has_symbols ? e->symbols.entries.size / SIZE(e, Sym) : 0;

	for (uint64_t i = 0; i < count; i++) {
		uint64_t at = e->symbols.entries.offset + i * SIZE(e, Sym);

		if (!is_name(e, NUMBER(e, at, Sym, st_name), name) ||
		    (NUMBER(e, at, Sym, st_info) & 0xf) == STT_OBJECT)
			continue;
		return NUMBER(e, at, Sym, st_shndx) == SHN_UNDEF ? ELF_IMPORTED : ELF_DEFINED;
	}
	return ELF_ABSENT;
}

/* Finds the value of the next entry with this tag, beginning with entry *i. */
static bool next_entry(struct elf *e, uint64_t tag, uint64_t *i, uint64_t *value)
{
	uint64_t count = e->dynamic.entries.size / SIZE(e, Dyn);

	while (*i < count) {
		uint64_t at = e->dynamic.entries.offset + (*i)++ * SIZE(e, Dyn);

		if (NUMBER(e, at, Dyn, d_tag) != tag)
			continue;
		*value = NUMBER(e, at, Dyn, d_un);
		return true;
	}
	return false;
}

const char *elf_needed(struct elf *e, size_t number)
{
	uint64_t i = 0, name = 0;

	do
		if (!next_entry(e, DT_NEEDED, &i, &name))
			return NULL;
	while (number-- > 0);
	const struct elf_part *names = &e->dynamic.strings;
	if (name >= names->size)
		return NULL;
	const char *text = (const char *)e->data + names->offset + name;
	return memchr(text, '\0', (size_t)(names->size - name)) ? text : NULL;
}

bool elf_is_library(struct elf *e)
{
	uint64_t i = 0, value = 0;

	if (next_entry(e, DT_FLAGS_1, &i, &value) && (value & DF_1_PIE))
		return false;
	i = 0;
	return e->type == ET_DYN && !e->interpreter && NUMBER(e, 0, Ehdr, e_entry) == 0 &&
	       next_entry(e, DT_SONAME, &i, &value);
}

bool elf_contains(const struct elf *e, const char *text)
{
	return e->size > 0 && memmem(e->data, e->size, text, strlen(text));
}

const char *elf_machine(const struct elf *e)
{
	switch (e->machine) {
	case EM_386:
		return "i386";
	case EM_X86_64:
		return "x86-64";
	case EM_ARM:
		return "ARM";
	case EM_AARCH64:
		return "AArch64";
	case EM_RISCV:
		return "RISC-V";
	case EM_PPC64:
		return e->big_endian ? "ppc64" : "ppc64le";
	case EM_S390:
		return "s390x";
	default:
		return "another machine";
	}
}

int elf_map(struct elf *e, const char *path)
{
	/* O_NONBLOCK: opening a FIFO must not wait for its other end. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;

	*e = (struct elf){0};
	if (fd < 0)
		return -1;
	int result = fstat(fd, &st);
	if (result == 0 && !S_ISREG(st.st_mode)) {
		errno = EINVAL;
		result = -1;
	}
	if (result == 0 && st.st_size > 0) { /* an empty file cannot be mapped */
		void *data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);

		e->data = data;
		e->size = (size_t)st.st_size;
		if (data == MAP_FAILED) {
			*e = (struct elf){0};
			result = -1;
		}
	}
	int saved_errno = errno;
	close(fd);
	errno = saved_errno;
	return result;
}

void elf_unmap(struct elf *e)
{
	if (e->size > 0)
		munmap((void *)e->data, e->size);
	*e = (struct elf){0};
}
