/*
 * Faults. One of a call that was given a bad address ends that call with EFAULT. Any other is the end of the process, of which
 * the supervisor is told with the registers and a part of the stack.
 */
#include "guest.h"

struct action {
  void (*handler)(int, u8 *, u8 *);
  u64 flags;
  void (*restorer)(void);
  u64 mask;
};

struct stack {
  void *at;
  i32 flags;
  u64 length;
};

/* Places in siginfo_t and ucontext_t of x86-64 (asm/siginfo.h, asm/ucontext.h). */
#define INFO_ADDRESS 16
#define INFO_CALL 24
#define CONTEXT_REGISTERS 40
#define REGISTER_SP 15
#define REGISTER_IP 16
#define REGISTERS 18

/* The words that the supervisor reads; fault-record.ts has the same places. */
struct last_words {
  u64 kind;
  u64 base;
  u64 address;
  u64 call;
  u64 length;
  u64 registers[REGISTERS];
};

/* Looks whether a word can be read, without a fault: the wait ends at once. */
static int is_there(u64 at)
{
  static const i64 past[2] = { 0, 0 };
  return call(nr_futex, (i64)(at & ~3ul), FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, 0, (i64)past, 0, 1) != -EFAULT;
}

/* Copies the stack as far as it is there. */
static u64 copy_stack(u8 *to, u64 from)
{
  u64 done = 0;
  while (done < MOST_STACK && is_there(from + done)) {
    u64 end = ((from + done) | (PAGE - 1)) + 1 - from;
    if (end > MOST_STACK) end = MOST_STACK;
    move(to + done, (const void *)(from + done), end - done);
    done = end;
  }
  return done;
}

static u64 word_at(const u8 *from, u64 at) { return *(const u64 *)(from + at); }

/* Tells the supervisor of the last instruction. */
static void tell_last_words(int signal, const u8 *info, const u64 *registers)
{
  u32 none = 0;
  u32 self = (u32)call0(nr_gettid);
  if (!__atomic_compare_exchange_n(&record.ending, &none, self, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
    /* Another thread ends the process; after a fault within this function, this one does. */
    while (none != self) call0(nr_sched_yield);
    return;
  }
  struct last_words *words = (struct last_words *)(record.window + LAST_WORDS);
  words->kind = (u64)signal;
  words->base = (u64)&record - record.address;
  words->address = word_at(info, INFO_ADDRESS);
  words->call = word_at(info, INFO_CALL) & UINT_MAX;
  for (int at = 0; at < REGISTERS; at++) words->registers[at] = registers[at];
  words->length = copy_stack(record.window + LAST_WORDS + LAST_STACK, registers[REGISTER_SP]);
  call0(NOTIFIED + CALL_last_words);
}

/* Faults once more: the signal is blocked now, so that it ends the process. */
static void end_by(int signal)
{
  u64 words[2] = { 0, 0 };
  if (signal == SIGBUS)
    /* With alignment checks (flag AC), a word that is not in its place is such a fault. */
    asm volatile("pushfq\n"
                 "orl $0x40000, (%%rsp)\n"
                 "popfq\n"
                 "movq 1(%[at]), %%rax\n"
                 :
                 : [at] "r"(words)
                 : "rax", "memory", "cc");
  if (signal == SIGSEGV) asm volatile("movl $0, 0");
}

static void on_fault(int signal, u8 *info, u8 *context)
{
  u64 *registers = (u64 *)(context + CONTEXT_REGISTERS);
  if (signal == SIGSEGV || signal == SIGBUS)
    for (const struct fixup *one = fixups; one < fixups_end; one++)
      if (registers[REGISTER_IP] == (u64)&one->at + (u64)(i64)one->at) {
        registers[REGISTER_IP] = (u64)&one->behind + (u64)(i64)one->behind;
        return;
      }
  tell_last_words(signal, info, registers);
  /* The others have no handler any more: their instruction is made again, or the supervisor sends them again. */
  end_by(signal);
}

static __attribute__((naked, noreturn)) void end_of_fault(void)
{
  asm volatile("movl %[call], %%eax\n"
               "syscall\n"
               "ud2\n"
               :
               : [call] "i"(nr_rt_sigreturn));
}

static int catch(int signal, u64 flags)
{
  struct action action = { on_fault, SA_SIGINFO | SA_ONSTACK | SA_RESTORER | flags, end_of_fault, 0 };
  return call4(nr_rt_sigaction, signal, (i64)&action, 0, sizeof(action.mask)) == 0;
}

/* The first thread has a stack for that, so that it can tell of one that has run out. */
int catch_faults(void)
{
  static const u8 signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP };
  i64 at = call(nr_mmap, 0, FAULT_STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  struct stack stack = { (void *)at, 0, FAULT_STACK };
  if (at < 0 && at > -4096) return 0;
  if (call2(nr_sigaltstack, (i64)&stack, 0) < 0) return 0;
  for (u64 index = 0; index < sizeof(signals); index++)
    if (!catch(signals[index], signals[index] == SIGSEGV || signals[index] == SIGBUS ? 0 : SA_RESETHAND)) return 0;
  /* A program that is stopped at its first refusal is told of a system call of Linux once; the next one ends it. */
  if ((record.modes & TRAPS) && record.filter_length != 0) return catch(SIGSYS, SA_RESETHAND);
  return 1;
}
