/*
 * Thread-local storage of executables (ELF Handling For Thread-Local Storage, variant II): the variables of a thread lie
 * in front of its block. The thread register belongs to the system: the word that it points to has the address of the block,
 * which is the system's own when a thread starts. So programs are compiled with -mno-tls-direct-seg-refs.
 */
#include "elf.h"
#include "native.h"

#include <cloudabi_syscalls.h>

/* The block of a thread: its own address, as compilers expect it, and the system's block. */
struct block {
  struct block *self;
  void *parent;
};

/* The room for a program without many such variables; others need memory that is mapped. */
static _Alignas(64) uint8_t first[4096];

static void copy(uint8_t *to, const uint8_t *from, size_t length)
{
  for (; length > 0; length--) *to++ = *from++;
}

static const segment_t *storage;
static uint64_t base;

/* Bytes that the storage of a thread takes. */
size_t cloudabi_tls_size(void) { return storage ? storage->memsz + storage->align + sizeof(struct block) + 64 : 128; }

/* Makes the storage of the running thread in zeroed memory of `cloudabi_tls_size()` bytes. */
void cloudabi_tls_begin(void *memory)
{
  uint64_t own = storage && storage->align > 0 ? storage->align : 1;
  uint64_t alignment = own > 16 ? own : 16;
  uint64_t size = storage ? (storage->memsz + own - 1) / own * own : 0;
  uint64_t at = ((uint64_t)memory + size + alignment - 1) / alignment * alignment;
  struct block *block = (struct block *)at;
  void **system;
  asm("movq %%fs:0, %0" : "=r"(system));
  if (storage) copy((uint8_t *)(at - size), (const uint8_t *)(base + storage->vaddr), storage->filesz);
  block->self = block;
  block->parent = *system;
  asm volatile("movq %0, %%fs:0" : : "r"(block) : "memory");
}

void cloudabi_first_thread(const struct start *start)
{
  const segment_t *segment = start->headers;
  base = start->base;
  for (size_t index = 0; index < start->header_count; index++)
    if (segment[index].type == PT_TLS) storage = &segment[index];
  void *memory = first;
  if (cloudabi_tls_size() > sizeof(first) &&
      cloudabi_sys_mem_map(0, cloudabi_tls_size(), CLOUDABI_PROT_READ | CLOUDABI_PROT_WRITE,
                           CLOUDABI_MAP_ANON | CLOUDABI_MAP_PRIVATE, CLOUDABI_MAP_ANON_FD, 0, &memory) != 0)
    cloudabi_sys_proc_exit(71);
  cloudabi_tls_begin(memory);
}
