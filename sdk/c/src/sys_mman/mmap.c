#include <cloudabi_syscalls.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../result.h"

/*
 * Copies a file to anonymous memory, with the right to read it. The C library opens files without the right to map
 * them, and the kernel would make a copy too.
 */
static int copy_file(void *address, size_t length, cloudabi_mprot_t access, cloudabi_mflags_t flags, int fd,
                     off_t offset, void **mapped) {
  int error = cloudabi_sys_mem_map(address, length, access, flags | CLOUDABI_MAP_ANON, CLOUDABI_MAP_ANON_FD, 0, mapped);
  for (size_t done = 0; error == 0 && done < length;) {
    ssize_t count = pread(fd, (char *)*mapped + done, length - done, offset + (off_t)done);
    if (count == 0)
      break;
    if (count < 0) {
      error = errno;
      cloudabi_sys_mem_unmap(*mapped, length);
    } else {
      done += (size_t)count;
    }
  }
  return error;
}

void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset) {
  cloudabi_mflags_t wanted = 0;
  bool anonymous = (flags & MAP_ANON) != 0;
  switch (flags & MAP_TYPE) {
    case MAP_PRIVATE:
      wanted = CLOUDABI_MAP_PRIVATE;
      break;
    case MAP_SHARED:
      wanted = CLOUDABI_MAP_SHARED;
      break;
    default:
      errno = EINVAL;
      return MAP_FAILED;
  }
  if (anonymous)
    wanted |= CLOUDABI_MAP_ANON;
  if ((flags & MAP_FIXED) != 0)
    wanted |= CLOUDABI_MAP_FIXED;
  cloudabi_mprot_t access = (cloudabi_mprot_t)(((protection & PROT_READ) != 0 ? CLOUDABI_PROT_READ : 0) |
                                               ((protection & PROT_WRITE) != 0 ? CLOUDABI_PROT_WRITE : 0) |
                                               ((protection & PROT_EXEC) != 0 ? CLOUDABI_PROT_EXEC : 0));
  void *mapped;
  int error = offset < 0 ? EINVAL
                         : cloudabi_sys_mem_map(address, length, access, wanted,
                                                anonymous ? CLOUDABI_MAP_ANON_FD : (cloudabi_fd_t)fd,
                                                anonymous ? 0 : (cloudabi_filesize_t)offset, &mapped);
  if (error == ENOTCAPABLE && wanted == CLOUDABI_MAP_PRIVATE && (protection & PROT_EXEC) == 0)
    error = copy_file(address, length, access, wanted, fd, offset, &mapped);
  if (error != 0) {
    errno = error;
    return MAP_FAILED;
  }
  return mapped;
}

int munmap(void *address, size_t length) {
  return result_of(cloudabi_sys_mem_unmap(address, length));
}
