/*
 * The start of a CloudABI executable: adjusts addresses to where it was loaded, finds the system calls in the vDSO, makes
 * the first thread's storage, and enters the program. Nothing before the adjustment may use an address that is stored.
 */
#include "elf.h"
#include "native.h"

/* The program, or the start of a C library around it. */
_Noreturn void cloudabi_main(const void *argdata, size_t length);

static struct start read_auxv(const cloudabi_auxv_t *auxv)
{
  struct start start = { 0, 0, 0, 0, 0, 0, 0 };
  for (; auxv->a_type != CLOUDABI_AT_NULL; auxv++) {
    if (auxv->a_type == CLOUDABI_AT_ARGDATA) start.argdata = auxv->a_ptr;
    if (auxv->a_type == CLOUDABI_AT_ARGDATALEN) start.argdata_length = auxv->a_val;
    if (auxv->a_type == CLOUDABI_AT_PHDR) start.headers = auxv->a_ptr;
    if (auxv->a_type == CLOUDABI_AT_PHNUM) start.header_count = auxv->a_val;
    if (auxv->a_type == CLOUDABI_AT_BASE) start.base = (uint64_t)auxv->a_ptr;
    if (auxv->a_type == CLOUDABI_AT_SYSINFO_EHDR) start.vdso = auxv->a_ptr;
    if (auxv->a_type == CLOUDABI_AT_TID) start.tid = (cloudabi_tid_t)auxv->a_val;
  }
  return start;
}

static void relocate(const struct start *start)
{
  const segment_t *segment = start->headers;
  for (size_t index = 0; index < start->header_count; index++) {
    if (segment[index].type != PT_DYNAMIC) continue;
    uint64_t at = 0, size = 0;
    for (const dynamic_t *entry = (const dynamic_t *)(start->base + segment[index].vaddr); entry->tag != 0; entry++) {
      if (entry->tag == DT_RELA) at = entry->value;
      if (entry->tag == DT_RELASZ) size = entry->value;
    }
    const relocation_t *relocation = (const relocation_t *)(start->base + at);
    for (uint64_t count = size / sizeof(*relocation); count > 0; count--, relocation++)
      if ((uint32_t)relocation->info == R_X86_64_RELATIVE)
        *(uint64_t *)(start->base + relocation->offset) = start->base + (uint64_t)relocation->addend;
  }
}

/* The number of the first thread, of which locks have a copy. */
cloudabi_tid_t cloudabi_first_tid;

/* The vDSO. */
const void *cloudabi_vdso;

_Noreturn void _start(const cloudabi_auxv_t *auxv)
{
  struct start start = read_auxv(auxv);
  relocate(&start);
  cloudabi_first_tid = start.tid;
  cloudabi_vdso = start.vdso;
  cloudabi_find_calls(start.vdso);
  cloudabi_first_thread(&start);
  cloudabi_main(start.argdata, start.argdata_length);
}
