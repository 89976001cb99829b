/* ELF files as the kernel and loaders read them (elf(5), uapi/linux/elf.h). */

/** Bytes of the header of a 64-bit file, and of one of its program headers. */
export const EHDR_SIZE = 64;
export const PHDR_SIZE = 56;

export const EM_X86_64 = 62;
export const EM_AARCH64 = 183;

export const ET_EXEC = 2;
export const ET_DYN = 3;

export const PT_LOAD = 1;
export const PT_DYNAMIC = 2;
export const PT_INTERP = 3;
export const PT_GNU_EH_FRAME = 0x6474e550;
export const PT_GNU_STACK = 0x6474e551;

export const PF_X = 1;
export const PF_W = 2;
export const PF_R = 4;

/** Bytes of a section header and of a symbol of a 64-bit file. */
export const SHDR_SIZE = 64;
export const SYM_SIZE = 24;

export const SHT_SYMTAB = 2;
export const STT_FUNC = 2;

export const DT_NULL = 0n;
export const DT_NEEDED = 1n;
export const DT_STRTAB = 5n;
export const DT_STRSZ = 10n;
export const DT_SONAME = 14n;
export const DT_RPATH = 15n;
export const DT_RUNPATH = 29n;
export const DT_FLAGS_1 = 0x6ffffffbn;
export const DF_1_NODEFLIB = 0x800n;
export const DT_PLTRELSZ = 2n;
export const DT_RELA = 7n;
export const DT_RELASZ = 8n;
export const DT_REL = 17n;
export const DT_TEXTREL = 22n;
export const DT_JMPREL = 23n;

export const R_X86_64_NONE = 0;
export const R_X86_64_RELATIVE = 8;
