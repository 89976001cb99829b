/* The beginning of the program, and the way of its calls to the supervisor. */
#include "guest.h"
#include "errors.h"

errno_t error_of(i64 result)
{
  u64 error = (u64)-result;
  return error < sizeof(errors) ? errors[error] : CLOUDABI_EIO;
}

/* Takes a free slot. More threads than there are slots wait for each other. */
struct slot *claim(void)
{
  for (;;) {
    u64 taken = __atomic_load_n(&record.slots, __ATOMIC_RELAXED);
    if (taken != ~0ul) {
      u32 free = (u32)__builtin_ctzl(~taken);
      if (__atomic_compare_exchange_n(&record.slots, &taken, taken | 1ul << free, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        return (struct slot *)(record.window + WINDOW_HEAD + free * (u64)SLOT_SIZE);
    } else {
      call0(nr_sched_yield);
    }
  }
}

void release(struct slot *slot)
{
  u64 index = ((u64)slot - (u64)record.window - WINDOW_HEAD) / SLOT_SIZE;
  __atomic_fetch_and(&record.slots, ~(1ul << index), __ATOMIC_RELEASE);
}

errno_t notify(u32 number, struct slot *slot)
{
  i64 result = call1(NOTIFIED + number, place(slot));
  /* The supervisor wants to know from where this call was made. */
  if (result == STOPPED) asm volatile("ud2");
  return result < 0 ? error_of(result) : (errno_t)result;
}

struct sock_fprog {
  u16 length;
  u64 filter;
};

struct iovec {
  void *at;
  u64 length;
};

struct msghdr {
  void *name;
  u64 name_length;
  struct iovec *vectors;
  u64 count;
  void *control;
  u64 control_length;
  u64 flags;
};

struct control {
  u64 length;
  i32 level;
  i32 type;
  i32 descriptor;
  i32 unused;
};

/* Filters this process, and sends the descriptor on which the supervisor hears of its calls. */
static int filter(u64 base)
{
  struct sock_fprog program = { (u16)record.filter_length, base + record.filter };
  i64 flags = SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
  i64 listener = call3(nr_seccomp, SECCOMP_SET_MODE_FILTER, flags, (i64)&program);
  if (listener < 0) return 0;
  u8 byte = 0;
  struct iovec vector = { &byte, 1 };
  struct control control = { sizeof(control) - 4, SOL_SOCKET, SCM_RIGHTS, (i32)listener, 0 };
  struct msghdr message = { 0, 0, &vector, 1, &control, sizeof(control), 0 };
  i64 sent = call3(nr_sendmsg, RENDEZVOUS, (i64)&message, MSG_NOSIGNAL);
  call1(nr_close, listener);
  call1(nr_close, RENDEZVOUS);
  return sent == 1;
}

static int is_address(u32 type)
{
  return type == CLOUDABI_AT_ARGDATA || type == CLOUDABI_AT_BASE || type == CLOUDABI_AT_CANARY || type == CLOUDABI_AT_PHDR ||
         type == CLOUDABI_AT_PID || type == CLOUDABI_AT_SYSINFO_EHDR;
}

HIDDEN __attribute__((used, noreturn)) void begin(void)
{
  u64 base = (u64)&record - record.address;
  i64 window = call(nr_mmap, 0, WINDOW_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, WINDOW_FILE, 0);
  call1(nr_close, WINDOW_FILE);
  if (window < 0 && window > -4096) goto failed;
  /* A process that this one forks has a window of its own. */
  if (call3(nr_madvise, window, WINDOW_SIZE, MADV_DONTFORK) < 0) goto failed;
  record.window = (u8 *)window;
  record.tls = (u64)&record.tcb;
  if (call2(nr_arch_prctl, ARCH_SET_FS, (i64)&record.tls) < 0) goto failed;
  if (!catch_faults()) goto failed;
  /* A program that has taken the place of another is behind its filter already. */
  if (record.filter_length == 0) call3(nr_close_range, 0, UINT_MAX, 0);
  else if (!filter(base)) goto failed;
  for (struct aux *aux = record.aux; aux->type != CLOUDABI_AT_NULL; aux++) {
    if (is_address(aux->type)) aux->value += base;
    if (aux->type == CLOUDABI_AT_TID) aux->value = (u64)call0(nr_gettid);
  }
  ((void (*)(struct aux *))(base + record.entry))(record.aux);
failed:
  for (;;) call1(nr_exit_group, 71);
}

asm(".globl _start\n"
    ".hidden _start\n"
    "_start:\n"
    "  xorl %ebp, %ebp\n"
    "  andq $-16, %rsp\n"
    "  call begin\n"
    "  ud2\n");
