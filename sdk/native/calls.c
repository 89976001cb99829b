/* The system calls of an executable: each jumps to the vDSO, which is searched for them once. */
#include "elf.h"
#include "native.h"

/* A call that the vDSO does not have. */
static cloudabi_errno_t missing(void) { return CLOUDABI_ENOSYS; }

#define CALL(name) HIDDEN void *cloudabi_address_##name = (void *)missing;
#include "calls.inc"
/* Not one of the ABI's any more: connections of a listening socket. */
CALL(sock_accept)
#undef CALL

#define CALL(name)                                                                                                  \
  asm(".text\n.globl cloudabi_sys_" #name "\n.type cloudabi_sys_" #name ", @function\ncloudabi_sys_" #name ":\n" \
      "  jmp *cloudabi_address_" #name "(%rip)\n");
#include "calls.inc"
CALL(sock_accept)
#undef CALL

static const struct {
  const char *name;
  void **address;
} calls[] = {
#define CALL(name) { "cloudabi_sys_" #name, &cloudabi_address_##name },
#include "calls.inc"
  CALL(sock_accept)
#undef CALL
};

static int is_same(const char *a, const char *b)
{
  for (; *a == *b; a++, b++)
    if (*a == 0) return 1;
  return 0;
}

void cloudabi_find_calls(const void *vdso)
{
  const char *base = vdso;
  const header_t *header = vdso;
  const segment_t *segment = (const segment_t *)(base + header->phoff);
  const uint32_t *hash = 0;
  const symbol_t *symbols = 0;
  const char *texts = 0;
  for (int index = 0; index < header->phnum; index++) {
    if (segment[index].type != PT_DYNAMIC) continue;
    for (const dynamic_t *entry = (const dynamic_t *)(base + segment[index].vaddr); entry->tag != 0; entry++) {
      if (entry->tag == DT_HASH) hash = (const uint32_t *)(base + entry->value);
      if (entry->tag == DT_SYMTAB) symbols = (const symbol_t *)(base + entry->value);
      if (entry->tag == DT_STRTAB) texts = base + entry->value;
    }
  }
  if (!hash || !symbols || !texts) return;
  /* The second word of the table is the number of symbols. */
  for (uint32_t index = 1; index < hash[1]; index++) {
    if (symbols[index].section == 0) continue;
    for (size_t call = 0; call < sizeof(calls) / sizeof(calls[0]); call++)
      if (is_same(calls[call].name, texts + symbols[index].name)) *calls[call].address = (void *)(base + symbols[index].value);
  }
}
