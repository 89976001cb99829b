/* Linux's calls on descriptors and paths, as musl makes them, over CloudABI's. Results are minus an error number, or not negative. */
#include "system.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "kstat.h"
#include "opening.h"

static cloudabi_lookup_t at(long directory, int follow)
{
  return (cloudabi_lookup_t){ (cloudabi_fd_t)directory, follow ? CLOUDABI_LOOKUP_SYMLINK_FOLLOW : 0 };
}

long cloudabi_transfer(long fd, const struct iovec *vectors, long count, long offset, int how)
{
  size_t done = 0;
  cloudabi_fd_t number = (cloudabi_fd_t)fd;
  const void *all = vectors;
  size_t length = (size_t)count;
  cloudabi_errno_t error = how == TRANSFER_READ      ? cloudabi_sys_fd_read(number, all, length, &done)
                           : how == TRANSFER_WRITE   ? cloudabi_sys_fd_write(number, all, length, &done)
                           : how == TRANSFER_READ_AT ? cloudabi_sys_fd_pread(number, all, length, (uint64_t)offset, &done)
                                                     : cloudabi_sys_fd_pwrite(number, all, length, (uint64_t)offset, &done);
  return error ? -error : (long)done;
}

long cloudabi_open(long directory, const char *path, int flags)
{
  cloudabi_fdstat_t stat;
  cloudabi_errno_t error = cloudabi_sys_fd_stat_get((cloudabi_fd_t)directory, &stat);
  if (error) return -error;
  int mode = flags & O_ACCMODE;
  int reads = mode == O_RDONLY || mode == O_RDWR, writes = mode == O_WRONLY || mode == O_RDWR;
  cloudabi_ask_rights(&stat, reads, writes, flags & O_DIRECTORY);
  stat.fs_flags = (flags & O_APPEND ? CLOUDABI_FDFLAG_APPEND : 0) | (flags & O_NONBLOCK ? CLOUDABI_FDFLAG_NONBLOCK : 0);
  cloudabi_oflags_t how = (flags & O_CREAT ? CLOUDABI_O_CREAT : 0) | (flags & O_DIRECTORY ? CLOUDABI_O_DIRECTORY : 0) |
                          (flags & O_EXCL ? CLOUDABI_O_EXCL : 0) | (flags & O_TRUNC ? CLOUDABI_O_TRUNC : 0);
  cloudabi_fd_t made;
  error = cloudabi_sys_file_open(at(directory, !(flags & O_NOFOLLOW)), path, strlen(path), how, &stat, &made);
  return error ? -error : (long)made;
}

static mode_t mode_of(cloudabi_filetype_t type)
{
  switch (type) {
  case CLOUDABI_FILETYPE_REGULAR_FILE: return S_IFREG;
  case CLOUDABI_FILETYPE_DIRECTORY: return S_IFDIR;
  case CLOUDABI_FILETYPE_SYMBOLIC_LINK: return S_IFLNK;
  case CLOUDABI_FILETYPE_CHARACTER_DEVICE: return S_IFCHR;
  case CLOUDABI_FILETYPE_BLOCK_DEVICE: return S_IFBLK;
  case CLOUDABI_FILETYPE_SOCKET_DGRAM:
  case CLOUDABI_FILETYPE_SOCKET_STREAM: return S_IFSOCK;
  default: return 0;
  }
}

static long seconds(cloudabi_timestamp_t time) { return (long)(time / 1000000000); }
static long rest(cloudabi_timestamp_t time) { return (long)(time % 1000000000); }

static long tell(cloudabi_errno_t error, const cloudabi_filestat_t *from, struct kstat *to)
{
  if (error) return -error;
  memset(to, 0, sizeof(*to));
  to->st_dev = from->st_dev;
  to->st_ino = from->st_ino;
  to->st_nlink = from->st_nlink;
  to->st_mode = mode_of(from->st_filetype);
  to->st_size = (off_t)from->st_size;
  to->st_blksize = 4096;
  to->st_blocks = (blkcnt_t)((from->st_size + 511) / 512);
  to->st_atime_sec = seconds(from->st_atim);
  to->st_atime_nsec = rest(from->st_atim);
  to->st_mtime_sec = seconds(from->st_mtim);
  to->st_mtime_nsec = rest(from->st_mtim);
  to->st_ctime_sec = seconds(from->st_ctim);
  to->st_ctime_nsec = rest(from->st_ctim);
  return 0;
}

long cloudabi_stat(long fd, struct kstat *to)
{
  cloudabi_filestat_t stat;
  cloudabi_errno_t error = cloudabi_sys_file_stat_fget((cloudabi_fd_t)fd, &stat);
  return tell(error, &stat, to);
}
long cloudabi_stat_at(long directory, const char *path, struct kstat *to, int flags)
{
  if ((flags & AT_EMPTY_PATH) && *path == 0) return cloudabi_stat(directory, to);
  cloudabi_filestat_t stat;
  cloudabi_errno_t error =
      cloudabi_sys_file_stat_get(at(directory, !(flags & AT_SYMLINK_NOFOLLOW)), path, strlen(path), &stat);
  return tell(error, &stat, to);
}

long cloudabi_set_times(long directory, const char *path, const struct timespec *times, int flags)
{
  cloudabi_filestat_t stat = { 0 };
  cloudabi_fsflags_t what = 0;
  static const struct timespec now[2] = { { 0, UTIME_NOW }, { 0, UTIME_NOW } };
  if (!times) times = now;
  for (int which = 0; which < 2; which++) {
    if (times[which].tv_nsec == UTIME_OMIT) continue;
    int is_now = times[which].tv_nsec == UTIME_NOW;
    cloudabi_timestamp_t time =
        is_now ? 0 : (cloudabi_timestamp_t)times[which].tv_sec * 1000000000 + (cloudabi_timestamp_t)times[which].tv_nsec;
    if (which == 0) stat.st_atim = time;
    else stat.st_mtim = time;
    what |= which == 0 ? (is_now ? CLOUDABI_FILESTAT_ATIM_NOW : CLOUDABI_FILESTAT_ATIM)
                       : (is_now ? CLOUDABI_FILESTAT_MTIM_NOW : CLOUDABI_FILESTAT_MTIM);
  }
  return path ? -cloudabi_sys_file_stat_put(at(directory, !(flags & AT_SYMLINK_NOFOLLOW)), path, strlen(path), &stat, what)
              : -cloudabi_sys_file_stat_fput((cloudabi_fd_t)directory, &stat, what);
}

long cloudabi_truncate(long fd, long size)
{
  cloudabi_filestat_t stat = { .st_size = (cloudabi_filesize_t)size };
  return -cloudabi_sys_file_stat_fput((cloudabi_fd_t)fd, &stat, CLOUDABI_FILESTAT_SIZE);
}

long cloudabi_seek(long fd, long offset, int whence)
{
  cloudabi_whence_t from = whence == SEEK_SET   ? CLOUDABI_WHENCE_SET
                           : whence == SEEK_CUR ? CLOUDABI_WHENCE_CUR
                                                : CLOUDABI_WHENCE_END;
  cloudabi_filesize_t place;
  cloudabi_errno_t error = cloudabi_sys_fd_seek((cloudabi_fd_t)fd, offset, from, &place);
  return error ? -error : (long)place;
}

/* fcntl: the flags of reading and writing; what is handed to a successor is said there. */
long cloudabi_control(long fd, int command, long value)
{
  cloudabi_fdstat_t stat;
  cloudabi_fd_t made;
  cloudabi_errno_t error;
  switch (command) {
  case F_DUPFD:
  case F_DUPFD_CLOEXEC: error = cloudabi_sys_fd_dup((cloudabi_fd_t)fd, &made); return error ? -error : (long)made;
  case F_GETFD:
  case F_SETFD: return -cloudabi_sys_fd_stat_get((cloudabi_fd_t)fd, &stat);
  case F_GETFL:
    error = cloudabi_sys_fd_stat_get((cloudabi_fd_t)fd, &stat);
    if (error) return -error;
    {
      int reads = (stat.fs_rights_base & CLOUDABI_RIGHT_FD_READ) != 0, writes = (stat.fs_rights_base & CLOUDABI_RIGHT_FD_WRITE) != 0;
      return (reads && writes ? O_RDWR : writes ? O_WRONLY : O_RDONLY) |
             (stat.fs_flags & CLOUDABI_FDFLAG_APPEND ? O_APPEND : 0) |
             (stat.fs_flags & CLOUDABI_FDFLAG_NONBLOCK ? O_NONBLOCK : 0);
    }
  case F_SETFL:
    error = cloudabi_sys_fd_stat_get((cloudabi_fd_t)fd, &stat);
    if (error) return -error;
    stat.fs_flags = (value & O_APPEND ? CLOUDABI_FDFLAG_APPEND : 0) | (value & O_NONBLOCK ? CLOUDABI_FDFLAG_NONBLOCK : 0);
    return -cloudabi_sys_fd_stat_put((cloudabi_fd_t)fd, &stat, CLOUDABI_FDSTAT_FLAGS);
  default: return -EINVAL;
  }
}

long cloudabi_read_link(long directory, const char *path, char *to, size_t room)
{
  size_t used;
  cloudabi_errno_t error = cloudabi_sys_file_readlink((cloudabi_fd_t)directory, path, strlen(path), to, room, &used);
  return error ? -error : (long)used;
}

long cloudabi_link(long from, const char *path, long to, const char *name, int flags)
{
  return -cloudabi_sys_file_link(at(from, flags & AT_SYMLINK_FOLLOW), path, strlen(path), (cloudabi_fd_t)to, name, strlen(name));
}
