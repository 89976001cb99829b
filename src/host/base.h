/* Functions that larger C sources share. */
#include "freestanding.h"

#define FUNCTION static __attribute__((noinline, unused))

FUNCTION __attribute__((noreturn)) void end(int status)
{
  for (;;) call(nr_exit_group, status, 0, 0, 0, 0, 0);
}

/* Copies towards lower addresses where the two overlap. */
FUNCTION void copy(void *to, const void *from, u64 length)
{
#ifdef __x86_64__
  asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(length) : : "memory");
#else
  volatile u8 *out = to;
  const u8 *in = from;
  for (; length >= 8 && (((u64)out | (u64)in) & 7) == 0; length -= 8, out += 8, in += 8)
    *(volatile u64 *)out = *(const u64 *)in;
  for (; length > 0; length--) *out++ = *in++;
#endif
}

FUNCTION int same(const void *a, const void *b, u32 length)
{
  const u8 *x = a, *y = b;
  for (; length > 0; length--)
    if (*x++ != *y++) return 0;
  return 1;
}

FUNCTION void clear(void *at, u64 length)
{
  volatile u8 *byte = at;
  for (; length > 0; length--) *byte++ = 0;
}

/* Zeroed memory; none is no reason to go on. */
FUNCTION void *memory(u64 length)
{
  i64 at = call(nr_mmap, 0, (i64)length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at < 0) end(71);
  return (void *)at;
}
