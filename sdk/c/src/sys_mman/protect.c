#include <cloudabi_syscalls.h>
#include <sys/mman.h>

#include "../result.h"

int mprotect(void *address, size_t length, int protection) {
  cloudabi_mprot_t access = (cloudabi_mprot_t)(((protection & PROT_READ) != 0 ? CLOUDABI_PROT_READ : 0) |
                                               ((protection & PROT_WRITE) != 0 ? CLOUDABI_PROT_WRITE : 0) |
                                               ((protection & PROT_EXEC) != 0 ? CLOUDABI_PROT_EXEC : 0));
  return result_of(cloudabi_sys_mem_protect(address, length, access));
}

int msync(void *address, size_t length, int flags) {
  cloudabi_msflags_t wanted = (cloudabi_msflags_t)(((flags & MS_ASYNC) != 0 ? CLOUDABI_MS_ASYNC : 0) |
                                                   ((flags & MS_SYNC) != 0 ? CLOUDABI_MS_SYNC : 0) |
                                                   ((flags & MS_INVALIDATE) != 0 ? CLOUDABI_MS_INVALIDATE : 0));
  return result_of(cloudabi_sys_mem_sync(address, length, wanted));
}

int posix_madvise(void *address, size_t length, int advice) {
  static const cloudabi_advice_t advices[] = {
      [POSIX_MADV_NORMAL] = CLOUDABI_ADVICE_NORMAL,       [POSIX_MADV_RANDOM] = CLOUDABI_ADVICE_RANDOM,
      [POSIX_MADV_SEQUENTIAL] = CLOUDABI_ADVICE_SEQUENTIAL, [POSIX_MADV_WILLNEED] = CLOUDABI_ADVICE_WILLNEED,
      [POSIX_MADV_DONTNEED] = CLOUDABI_ADVICE_DONTNEED,
  };
  if (advice < 0 || (size_t)advice >= sizeof(advices) / sizeof(advices[0]))
    return EINVAL;
  return cloudabi_sys_mem_advise(address, length, advices[advice]);
}
