/* unistd.h and fcntl.h, over the system calls. */
#include <cloudabi_syscalls.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "opening.h"

_Thread_local int(errno);

static int result(cloudabi_errno_t error)
{
  if (error == 0) return 0;
  errno = error;
  return -1;
}

int close(int fd) { return result(cloudabi_sys_fd_close((cloudabi_fd_t)fd)); }
int fsync(int fd) { return result(cloudabi_sys_fd_sync((cloudabi_fd_t)fd)); }
int fdatasync(int fd) { return result(cloudabi_sys_fd_datasync((cloudabi_fd_t)fd)); }

int dup(int fd)
{
  cloudabi_fd_t made;
  return result(cloudabi_sys_fd_dup((cloudabi_fd_t)fd, &made)) ? -1 : (int)made;
}

ssize_t read(int fd, void *bytes, size_t length)
{
  cloudabi_iovec_t vector = { bytes, length };
  size_t done;
  return result(cloudabi_sys_fd_read((cloudabi_fd_t)fd, &vector, 1, &done)) ? -1 : (ssize_t)done;
}

ssize_t write(int fd, const void *bytes, size_t length)
{
  cloudabi_ciovec_t vector = { bytes, length };
  size_t done;
  return result(cloudabi_sys_fd_write((cloudabi_fd_t)fd, &vector, 1, &done)) ? -1 : (ssize_t)done;
}

ssize_t pread(int fd, void *bytes, size_t length, off_t offset)
{
  cloudabi_iovec_t vector = { bytes, length };
  size_t done;
  return result(cloudabi_sys_fd_pread((cloudabi_fd_t)fd, &vector, 1, (cloudabi_filesize_t)offset, &done)) ? -1 : (ssize_t)done;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset)
{
  cloudabi_ciovec_t vector = { bytes, length };
  size_t done;
  return result(cloudabi_sys_fd_pwrite((cloudabi_fd_t)fd, &vector, 1, (cloudabi_filesize_t)offset, &done)) ? -1 : (ssize_t)done;
}

off_t lseek(int fd, off_t offset, int whence)
{
  cloudabi_filesize_t place;
  return result(cloudabi_sys_fd_seek((cloudabi_fd_t)fd, offset, (cloudabi_whence_t)whence, &place)) ? -1 : (off_t)place;
}

int ftruncate(int fd, off_t size)
{
  cloudabi_filestat_t stat = { .st_size = (cloudabi_filesize_t)size };
  return result(cloudabi_sys_file_stat_fput((cloudabi_fd_t)fd, &stat, CLOUDABI_FILESTAT_SIZE));
}

int openat(int directory, const char *path, int flags, ...)
{
  cloudabi_fdstat_t stat;
  if (result(cloudabi_sys_fd_stat_get((cloudabi_fd_t)directory, &stat))) return -1;
  cloudabi_ask_rights(&stat, flags & O_RDONLY, flags & O_WRONLY, flags & O_DIRECTORY);
  stat.fs_flags = (flags & O_APPEND ? CLOUDABI_FDFLAG_APPEND : 0) | (flags & O_NONBLOCK ? CLOUDABI_FDFLAG_NONBLOCK : 0);
  cloudabi_oflags_t how = (flags & O_CREAT ? CLOUDABI_O_CREAT : 0) | (flags & O_DIRECTORY ? CLOUDABI_O_DIRECTORY : 0) |
                          (flags & O_EXCL ? CLOUDABI_O_EXCL : 0) | (flags & O_TRUNC ? CLOUDABI_O_TRUNC : 0);
  cloudabi_lookup_t at = { (cloudabi_fd_t)directory, flags & O_NOFOLLOW ? 0 : CLOUDABI_LOOKUP_SYMLINK_FOLLOW };
  cloudabi_fd_t made;
  return result(cloudabi_sys_file_open(at, path, strlen(path), how, &stat, &made)) ? -1 : (int)made;
}

int unlinkat(int directory, const char *path, int flags)
{
  cloudabi_ulflags_t how = flags & AT_REMOVEDIR ? CLOUDABI_UNLINK_REMOVEDIR : 0;
  return result(cloudabi_sys_file_unlink((cloudabi_fd_t)directory, path, strlen(path), how));
}

int linkat(int from, const char *path, int to, const char *name, int flags)
{
  cloudabi_lookup_t at = { (cloudabi_fd_t)from, flags & AT_SYMLINK_FOLLOW ? CLOUDABI_LOOKUP_SYMLINK_FOLLOW : 0 };
  return result(cloudabi_sys_file_link(at, path, strlen(path), (cloudabi_fd_t)to, name, strlen(name)));
}

ssize_t readlinkat(int directory, const char *path, char *text, size_t size)
{
  size_t used;
  cloudabi_errno_t error = cloudabi_sys_file_readlink((cloudabi_fd_t)directory, path, strlen(path), text, size, &used);
  return result(error) ? -1 : (ssize_t)used;
}

int renameat(int from, const char *path, int to, const char *name)
{
  cloudabi_fd_t source = (cloudabi_fd_t)from;
  return result(cloudabi_sys_file_rename(source, path, strlen(path), (cloudabi_fd_t)to, name, strlen(name)));
}

int symlinkat(const char *text, int directory, const char *path)
{
  return result(cloudabi_sys_file_symlink(text, strlen(text), (cloudabi_fd_t)directory, path, strlen(path)));
}

int getentropy(void *bytes, size_t length)
{
  if (length > 256) return result(CLOUDABI_EIO);
  return result(cloudabi_sys_random_get(bytes, length));
}
