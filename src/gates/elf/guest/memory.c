/* Memory of the program that its calls name: it may not be there. */
#include "guest.h"

int copy(void *to, const void *from, u64 length)
{
  int done = 1;
  asm volatile("1: rep movsb\n"
               "2:\n"
               ".subsection 1\n"
               "3: xorl %[done], %[done]\n"
               "   jmp 2b\n"
               ".previous\n" FIXUP("1b", "3b")
               : "+D"(to), "+S"(from), "+c"(length), [done] "+r"(done)
               :
               : "memory");
  return done;
}

/* Writes nothing to a byte. */
static int reaches_byte(u8 *at)
{
  int done = 1;
  asm volatile("1: lock orb $0, (%[at])\n"
               "2:\n"
               ".subsection 1\n"
               "3: xorl %[done], %[done]\n"
               "   jmp 2b\n"
               ".previous\n" FIXUP("1b", "3b")
               : [done] "+r"(done)
               : [at] "r"(at)
               : "memory");
  return done;
}

int reaches(const void *start, u64 length)
{
  if (length == 0) return 1;
  u64 last = (u64)start + length - 1;
  if (last < (u64)start) return 0;
  for (u64 at = (u64)start; at < last; at = (at | (PAGE - 1)) + 1)
    if (!reaches_byte((u8 *)at)) return 0;
  return reaches_byte((u8 *)last);
}
