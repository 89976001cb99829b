/* sys/stat.h */
#include <cloudabi_syscalls.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static int result(cloudabi_errno_t error)
{
  if (error == 0) return 0;
  errno = error;
  return -1;
}

static cloudabi_lookup_t lookup(int directory, int flags)
{
  cloudabi_lookup_t at = { (cloudabi_fd_t)directory, flags & AT_SYMLINK_NOFOLLOW ? 0 : CLOUDABI_LOOKUP_SYMLINK_FOLLOW };
  return at;
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

static struct timespec time_of(cloudabi_timestamp_t time)
{
  struct timespec both = { (time_t)(time / 1000000000), (long)(time % 1000000000) };
  return both;
}

static int tell(cloudabi_errno_t error, const cloudabi_filestat_t *from, struct stat *to)
{
  if (error != 0) return result(error);
  struct stat all = { .st_dev = from->st_dev,
                      .st_ino = from->st_ino,
                      .st_mode = mode_of(from->st_filetype),
                      .st_nlink = from->st_nlink,
                      .st_size = (off_t)from->st_size,
                      .st_atim = time_of(from->st_atim),
                      .st_mtim = time_of(from->st_mtim),
                      .st_ctim = time_of(from->st_ctim) };
  *to = all;
  return 0;
}

int fstat(int fd, struct stat *status)
{
  cloudabi_filestat_t stat;
  return tell(cloudabi_sys_file_stat_fget((cloudabi_fd_t)fd, &stat), &stat, status);
}

int fstatat(int directory, const char *path, struct stat *status, int flags)
{
  cloudabi_filestat_t stat;
  return tell(cloudabi_sys_file_stat_get(lookup(directory, flags), path, strlen(path), &stat), &stat, status);
}

/* Takes a time for one of the attributes; gives the flag that says so. */
static cloudabi_fsflags_t wanted(const struct timespec *time, cloudabi_timestamp_t *to, cloudabi_fsflags_t set,
                                 cloudabi_fsflags_t now)
{
  if (time == NULL || time->tv_nsec == UTIME_NOW) return now;
  if (time->tv_nsec == UTIME_OMIT) return 0;
  *to = (cloudabi_timestamp_t)time->tv_sec * 1000000000 + (cloudabi_timestamp_t)time->tv_nsec;
  return set;
}

static cloudabi_fsflags_t times_of(const struct timespec *times, cloudabi_filestat_t *stat)
{
  return wanted(times, &stat->st_atim, CLOUDABI_FILESTAT_ATIM, CLOUDABI_FILESTAT_ATIM_NOW) |
         wanted(times ? times + 1 : NULL, &stat->st_mtim, CLOUDABI_FILESTAT_MTIM, CLOUDABI_FILESTAT_MTIM_NOW);
}

int futimens(int fd, const struct timespec times[2])
{
  cloudabi_filestat_t stat = { 0 };
  cloudabi_fsflags_t what = times_of(times, &stat);
  return result(cloudabi_sys_file_stat_fput((cloudabi_fd_t)fd, &stat, what));
}

int utimensat(int directory, const char *path, const struct timespec times[2], int flags)
{
  cloudabi_filestat_t stat = { 0 };
  cloudabi_fsflags_t what = times_of(times, &stat);
  return result(cloudabi_sys_file_stat_put(lookup(directory, flags), path, strlen(path), &stat, what));
}

int mkdirat(int directory, const char *path, mode_t mode)
{
  (void)mode;
  return result(cloudabi_sys_file_create((cloudabi_fd_t)directory, path, strlen(path), CLOUDABI_FILETYPE_DIRECTORY));
}
