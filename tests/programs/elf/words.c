/* Hands calls over with words and contents of all kinds, as no library would; ends with 0. SEED chooses them. */
#include <cloudabi_syscalls.h>

static uint64_t state = SEED * 0x9e3779b97f4a7c15ull + 1;

static uint64_t chance(void)
{
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

static uint64_t word(void)
{
  switch (chance() % 6) {
  case 0: return chance() % 8;
  case 1: return 4096 + chance() % 131072;
  case 2: return chance() % 8388608;
  case 3: return chance();
  case 4: return chance() & 0xffffffff;
  default: return 1ull << (chance() % 64);
  }
}

static long hand_over(uint64_t number, uint64_t slot)
{
  long result;
  asm volatile("syscall" : "=a"(result) : "a"(0x10000 + number), "D"(slot) : "rcx", "r11", "memory");
  return result;
}

extern const void *cloudabi_vdso;

_Noreturn void cloudabi_main(const void *argdata, size_t length)
{
  (void)argdata, (void)length;
  /* Behind the code of the vDSO lies the system's record, whose first word is the address of the window. */
  const unsigned char *vdso = cloudabi_vdso;
  uint64_t size = *(const uint64_t *)(vdso + 64 + 40);
  unsigned char *window = *(unsigned char **)(vdso + (size + 4095) / 4096 * 4096);
  for (int round = 0; round < 20000; round++) {
    uint64_t number = chance() % 49;
    /* Ends the process, or a wait without an end. */
    if (number == NUMBER_PROC_EXIT || number == NUMBER_PROC_RAISE || number == NUMBER_POLL) continue;
    uint64_t slot = chance() % 50 == 0 ? word() : 4096 + chance() % 64 * 131072;
    if (slot < 8388608)
      for (int at = 0; at < 8; at++) ((uint64_t *)(window + (slot & ~7ull)))[at] = word();
    for (int at = 0; at < 16; at++) ((uint64_t *)(window + 4096 + chance() % 131072 / 8 * 8))[at % 4] = word();
    hand_over(number, slot);
  }
  cloudabi_sys_proc_exit(0);
}
