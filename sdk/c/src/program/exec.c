#include <cloudabi_syscalls.h>
#include <errno.h>
#include <program.h>
#include <stdlib.h>

/* Errors have the same numbers here and there: WASI inherited them. */
#ifdef __wasi__
_Static_assert(CLOUDABI_EBADF == EBADF && CLOUDABI_ENOTCAPABLE == ENOTCAPABLE, "errno differs");
#endif

int program_exec(int fd, const argdata_t *ad) {
  size_t length, count;
  argdata_serialized_length(ad, &length, &count);
  /* One more of each, since an allocation of nothing may give NULL. */
  void *bytes = malloc(length + 1);
  int *descriptors = calloc(count + 1, sizeof(*descriptors));
  int error = ENOMEM;
  if (bytes != NULL && descriptors != NULL) {
    count = argdata_serialize(ad, bytes, descriptors);
    error = cloudabi_sys_proc_exec((cloudabi_fd_t)fd, bytes, length, (const cloudabi_fd_t *)descriptors, count);
  }
  free(bytes);
  free(descriptors);
  return error;
}
