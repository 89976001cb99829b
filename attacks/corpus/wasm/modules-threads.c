// Route: Starts threads at functions that are none, with stacks beyond the memory, in thousands at once.
// Known from: first principles; entry points that a program chooses
// Refused: trapped, EINVAL, EFAULT, ENOSYS, EAGAIN
// Twin: a thread of the C library
// Unconfined: cannot run: a process can crash itself
#include "attempt.h"
#include <cloudabi.h>
#include <cloudabi_syscalls.h>
#include <pthread.h>

static void *nothing(void *unused) { return unused; }
const char *attempt(void) {
  cloudabi_threadattr_t attributes = {
      .entry_point = (cloudabi_threadentry_t *)(uintptr_t)0x7fffffff,
      .stack = (void *)0xfffffff0,
      .stack_len = SIZE_MAX,
  };
  cloudabi_tid_t thread;
  int error = (int)cloudabi_sys_thread_create(&attributes, &thread);
  if (error != 0)
    return named(error);
  sleep(3600);
  return "ok";
}
const char *twin(void) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, nothing, NULL) != 0)
    return "no-thread";
  return pthread_join(thread, NULL) == 0 ? "ok" : "not-joined";
}
