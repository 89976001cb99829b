/* Parts of ELF files (System V ABI, chapters 4 and 5). */
#pragma once
#include <stdint.h>

enum { PT_DYNAMIC = 2, PT_TLS = 7 };
enum { DT_HASH = 4, DT_STRTAB = 5, DT_SYMTAB = 6, DT_RELA = 7, DT_RELASZ = 8 };
enum { R_X86_64_RELATIVE = 8 };

typedef struct {
  uint8_t ident[16];
  uint16_t type, machine;
  uint32_t version;
  uint64_t entry, phoff, shoff;
  uint32_t flags;
  uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
} header_t;

typedef struct {
  uint32_t type, flags;
  uint64_t offset, vaddr, paddr, filesz, memsz, align;
} segment_t;

typedef struct {
  int64_t tag;
  uint64_t value;
} dynamic_t;

typedef struct {
  uint64_t offset, info;
  int64_t addend;
} relocation_t;

typedef struct {
  uint32_t name;
  uint8_t info, other;
  uint16_t section;
  uint64_t value, size;
} symbol_t;
