/* Time, chance, memory, and the end of the process. */
#include "guest.h"

struct timespec {
  i64 seconds;
  i64 nanoseconds;
};

/* Linux's number of a clock; -1 for none. */
static i64 clock_of(u32 clock)
{
  switch (clock) {
  case CLOUDABI_CLOCK_MONOTONIC: return CLOCK_MONOTONIC;
  case CLOUDABI_CLOCK_REALTIME: return CLOCK_REALTIME;
  case CLOUDABI_CLOCK_PROCESS_CPUTIME_ID: return CLOCK_PROCESS_CPUTIME_ID;
  case CLOUDABI_CLOCK_THREAD_CPUTIME_ID: return CLOCK_THREAD_CPUTIME_ID;
  default: return -1;
  }
}

static errno_t ask(i64 number, u32 clock, timestamp_t *time)
{
  i64 id = clock_of(clock);
  if (id < 0) return CLOUDABI_EINVAL;
  struct timespec spec = { 0, 0 };
  i64 result = call2(number, id, (i64)&spec);
  if (result < 0) return error_of(result);
  timestamp_t sum = (timestamp_t)spec.seconds * 1000000000 + (timestamp_t)spec.nanoseconds;
  return copy(time, &sum, sizeof(sum)) ? 0 : CLOUDABI_EFAULT;
}

timestamp_t time_now(u32 clock)
{
  timestamp_t time = 0;
  ask(nr_clock_gettime, clock, &time);
  return time;
}

EXPORT errno_t cloudabi_sys_clock_res_get(u32 clock, timestamp_t *resolution)
{
  return ask(nr_clock_getres, clock, resolution);
}
EXPORT errno_t cloudabi_sys_clock_time_get(u32 clock, timestamp_t precision, timestamp_t *time)
{
  (void)precision;
  return ask(nr_clock_gettime, clock, time);
}

EXPORT errno_t cloudabi_sys_random_get(void *to, u64 length)
{
  while (length > 0) {
    i64 got = call3(nr_getrandom, (i64)to, (i64)length, 0);
    if (got == -EINTR) continue;
    if (got < 0) return error_of(got);
    to = (u8 *)to + got;
    length -= (u64)got;
  }
  return 0;
}

EXPORT errno_t cloudabi_sys_thread_yield(void)
{
  call0(nr_sched_yield);
  return 0;
}

EXPORT __attribute__((noreturn)) void cloudabi_sys_proc_exit(u32 code)
{
  struct slot *slot = claim();
  slot->words[0] = code;
  notify(CALL_proc_exit, slot);
  for (;;) call1(nr_exit_group, code & 0xff);
}
EXPORT errno_t cloudabi_sys_proc_raise(u8 signal)
{
  struct slot *slot = claim();
  slot->words[0] = signal;
  FINISH(slot, notify(CALL_proc_raise, slot));
}
EXPORT errno_t cloudabi_sys_proc_exec(u32 fd, const void *data, u64 length, const u32 *fds, u64 count)
{
  /* Both fit a slot, the descriptors first. */
  if (count > MOST_PASSED) return CLOUDABI_EMFILE;
  if (length > SLOT_DATA - MOST_PASSED * 4) return CLOUDABI_E2BIG;
  struct slot *slot = claim();
  u8 *at = slot->data + MOST_PASSED * 4;
  if (!copy(slot->data, fds, count * 4) || !copy(at, data, length)) FINISH(slot, CLOUDABI_EFAULT);
  slot->words[0] = fd;
  slot->words[1] = place(at);
  slot->words[2] = length;
  slot->words[3] = place(slot->data);
  slot->words[4] = count;
  errno_t error = notify(CALL_proc_exec, slot);
  if (error != 0) FINISH(slot, error);
  /* The image is there. Nothing is left to return to if Linux cannot load it. */
  const char *words[] = { "cloudabi-executable", 0 };
  call(nr_execveat, IMAGE, (i64) "", (i64)words, (i64)&words[1], AT_EMPTY_PATH, 0);
  for (;;) call1(nr_exit_group, 71);
}

/* Begins a forked process, which has one thread: nothing of what others did here counts, and the window is not there. */
static void begin_fork(i64 token, u32 *fd, u32 *tid)
{
  record.slots = 0;
  record.room = 0;
  record.waiters = 0;
  if (call2(NOTIFIED + CALL_proc_fork, FORK_CHILD, token) < 0) goto failed;
  i64 window = call(nr_mmap, 0, WINDOW_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, WINDOW_FILE, 0);
  call1(nr_close, WINDOW_FILE);
  if (window < 0 && window > -4096) goto failed;
  if (call3(nr_madvise, window, WINDOW_SIZE, MADV_DONTFORK) < 0) goto failed;
  record.window = (u8 *)window;
  *fd = CLOUDABI_PROCESS_CHILD;
  *tid = (u32)call0(nr_gettid);
  return;
failed:
  for (;;) call1(nr_exit_group, 71);
}

/* A process is copied in three steps, of which the supervisor hears: before that, in the new one, and after that in this one. */
EXPORT errno_t cloudabi_sys_proc_fork(u32 *fd, u32 *tid)
{
  if (reach_both(fd, sizeof(*fd), tid, sizeof(*tid)) != 0) return CLOUDABI_EFAULT;
  i64 token = call2(NOTIFIED + CALL_proc_fork, FORK_ASK, 0);
  if (token < 0) return error_of(token);
  i64 process = call1(nr_clone, SIGCHLD);
  if (process == 0) begin_fork(token, fd, tid);
  if (process == 0) return 0;
  if (process < 0) {
    call2(NOTIFIED + CALL_proc_fork, FORK_FAILED, token);
    return error_of(process);
  }
  i64 number = call2(NOTIFIED + CALL_proc_fork, FORK_PARENT, token);
  if (number < 0) return error_of(number);
  *fd = (u32)number;
  return 0;
}

static int protection_of(u8 from)
{
  return (from & CLOUDABI_PROT_READ ? PROT_READ : 0) | (from & CLOUDABI_PROT_WRITE ? PROT_WRITE : 0) |
         (from & CLOUDABI_PROT_EXEC ? PROT_EXEC : 0);
}
static int is_both(u8 protection)
{
  return (protection & CLOUDABI_PROT_WRITE) && (protection & CLOUDABI_PROT_EXEC);
}
#define ALL_PROTECTION (CLOUDABI_PROT_READ | CLOUDABI_PROT_WRITE | CLOUDABI_PROT_EXEC)

static errno_t plain(i64 result) { return result < 0 ? error_of(result) : 0; }

EXPORT errno_t cloudabi_sys_mem_map(void *at, u64 length, u8 protection, u8 flags, u32 fd, u64 offset, void **mem)
{
  if (!reaches(mem, sizeof(*mem))) return CLOUDABI_EFAULT;
  int anonymous = (flags & CLOUDABI_MAP_ANON) != 0;
  int shared = (flags & CLOUDABI_MAP_SHARED) != 0;
  if (protection & ~ALL_PROTECTION) return CLOUDABI_EINVAL;
  if (flags & ~(CLOUDABI_MAP_ANON | CLOUDABI_MAP_FIXED | CLOUDABI_MAP_PRIVATE | CLOUDABI_MAP_SHARED)) return CLOUDABI_EINVAL;
  if (length == 0 || shared == ((flags & CLOUDABI_MAP_PRIVATE) != 0)) return CLOUDABI_EINVAL;
  if (is_both(protection)) return CLOUDABI_ENOTSUP;
  if (anonymous && (offset != 0 || fd != CLOUDABI_MAP_ANON_FD)) return CLOUDABI_EINVAL;
  if (!anonymous) {
    /* The supervisor checks the rights; contents can be mapped that the program may read here by itself. */
    struct slot *slot = claim();
    slot->words[0] = (u64)at;
    slot->words[1] = length;
    slot->words[2] = protection;
    slot->words[3] = flags;
    slot->words[4] = fd;
    slot->words[5] = offset;
    errno_t error = notify(CALL_mem_map, slot);
    release(slot);
    if (error != 0) return error;
  }
  int how = (shared ? MAP_SHARED : MAP_PRIVATE) | (anonymous ? MAP_ANONYMOUS : 0) |
            (flags & CLOUDABI_MAP_FIXED ? MAP_FIXED : 0);
  i64 result = call(nr_mmap, (i64)at, (i64)length, protection_of(protection), how, anonymous ? -1 : (i64)fd, (i64)offset);
  if (result < 0 && result > -4096) return error_of(result);
  *mem = (void *)result;
  return 0;
}
EXPORT errno_t cloudabi_sys_mem_protect(void *at, u64 length, u8 protection)
{
  if (protection & ~ALL_PROTECTION) return CLOUDABI_EINVAL;
  if (is_both(protection)) return CLOUDABI_ENOTSUP;
  return plain(call3(nr_mprotect, (i64)at, (i64)length, protection_of(protection)));
}
EXPORT errno_t cloudabi_sys_mem_unmap(void *at, u64 length) { return plain(call2(nr_munmap, (i64)at, (i64)length)); }
EXPORT errno_t cloudabi_sys_mem_sync(void *at, u64 length, u8 flags)
{
  if (flags & ~(CLOUDABI_MS_ASYNC | CLOUDABI_MS_INVALIDATE | CLOUDABI_MS_SYNC)) return CLOUDABI_EINVAL;
  int how = (flags & CLOUDABI_MS_ASYNC ? MS_ASYNC : 0) | (flags & CLOUDABI_MS_INVALIDATE ? MS_INVALIDATE : 0) |
            (flags & CLOUDABI_MS_SYNC ? MS_SYNC : 0);
  return plain(call3(nr_msync, (i64)at, (i64)length, how));
}
EXPORT errno_t cloudabi_sys_mem_advise(void *at, u64 length, u8 advice)
{
  /* Linux's advice for private memory that is not needed takes its contents away: only hints that change nothing are given. */
  if (advice < CLOUDABI_ADVICE_DONTNEED || advice > CLOUDABI_ADVICE_WILLNEED) return CLOUDABI_EINVAL;
  int how = advice == CLOUDABI_ADVICE_RANDOM       ? MADV_RANDOM
            : advice == CLOUDABI_ADVICE_SEQUENTIAL ? MADV_SEQUENTIAL
            : advice == CLOUDABI_ADVICE_WILLNEED   ? MADV_WILLNEED
                                                   : MADV_NORMAL;
  return plain(call3(nr_madvise, (i64)at, (i64)length, how));
}
