/* Linux's calls by their numbers, as musl makes them. One that has no counterpart ends with ENOSYS. */
#include "system.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "pthread_impl.h"

/* The part of a thread that musl has: its error number and its locale. */
static _Thread_local struct __pthread record = { .locale = (locale_t)&__libc.global_locale };

uintptr_t cloudabi_thread_record(void) { return (uintptr_t)&record; }

static long one(long fd, void *bytes, size_t length, long offset, int how)
{
  struct iovec vector = { bytes, length };
  return cloudabi_transfer(fd, &vector, 1, offset, how);
}

static cloudabi_clockid_t clock_of(long clock)
{
  return clock == CLOCK_REALTIME             ? CLOUDABI_CLOCK_REALTIME
         : clock == CLOCK_PROCESS_CPUTIME_ID ? CLOUDABI_CLOCK_PROCESS_CPUTIME_ID
         : clock == CLOCK_THREAD_CPUTIME_ID  ? CLOUDABI_CLOCK_THREAD_CPUTIME_ID
                                             : CLOUDABI_CLOCK_MONOTONIC;
}

static long give_time(cloudabi_errno_t error, cloudabi_timestamp_t time, struct timespec *to)
{
  if (error) return -error;
  *to = (struct timespec){ .tv_sec = (time_t)(time / 1000000000), .tv_nsec = (long)(time % 1000000000) };
  return 0;
}

static int64_t nanoseconds(const struct timespec *time) { return time->tv_sec * 1000000000 + time->tv_nsec; }

static long sleep_until(long clock, int flags, const struct timespec *time)
{
  if (time->tv_nsec < 0 || time->tv_nsec > 999999999 || time->tv_sec < 0) return -EINVAL;
  cloudabi_subscription_t wanted = { .type = CLOUDABI_EVENTTYPE_CLOCK,
                                     .clock = { .clock_id = clock_of(clock),
                                                .timeout = (cloudabi_timestamp_t)nanoseconds(time),
                                                .flags = flags ? CLOUDABI_SUBSCRIPTION_CLOCK_ABSTIME : 0 } };
  cloudabi_event_t event;
  size_t count;
  cloudabi_errno_t error = cloudabi_sys_poll(&wanted, &event, 1, &count);
  return error ? -error : -event.error;
}

long cloudabi_map(void *at, size_t length, int protection, int flags, int fd, off_t offset)
{
  int anonymous = (flags & MAP_ANONYMOUS) != 0;
  cloudabi_mprot_t allowed = (protection & PROT_READ ? CLOUDABI_PROT_READ : 0) | (protection & PROT_WRITE ? CLOUDABI_PROT_WRITE : 0) |
                             (protection & PROT_EXEC ? CLOUDABI_PROT_EXEC : 0);
  cloudabi_mflags_t how = ((flags & MAP_SHARED) ? CLOUDABI_MAP_SHARED : CLOUDABI_MAP_PRIVATE) | (anonymous ? CLOUDABI_MAP_ANON : 0) |
                          (flags & MAP_FIXED ? CLOUDABI_MAP_FIXED : 0);
  void *made;
  cloudabi_errno_t error = cloudabi_sys_mem_map(at, length, allowed, how, anonymous ? CLOUDABI_MAP_ANON_FD : (cloudabi_fd_t)fd,
                                                (cloudabi_filesize_t)offset, &made);
  return error ? -error : (long)made;
}

static long protect(void *at, size_t length, int protection)
{
  return -cloudabi_sys_mem_protect(at, length,
                                   (protection & PROT_READ ? CLOUDABI_PROT_READ : 0) |
                                       (protection & PROT_WRITE ? CLOUDABI_PROT_WRITE : 0) |
                                       (protection & PROT_EXEC ? CLOUDABI_PROT_EXEC : 0));
}

cloudabi_errno_t cloudabi_sys_sock_accept(cloudabi_fd_t socket, void *unused, cloudabi_fd_t *connection);

static long accept_connection(long socket, int flags)
{
  cloudabi_fd_t made;
  cloudabi_errno_t error = cloudabi_sys_sock_accept((cloudabi_fd_t)socket, NULL, &made);
  if (error) return -error;
  if (flags & SOCK_NONBLOCK) cloudabi_control((long)made, F_SETFL, O_NONBLOCK);
  return (long)made;
}

static long message(long fd, void *bytes, size_t length, int flags, int receives)
{
  struct iovec vector = { bytes, length };
  struct msghdr header = { .msg_iov = &vector, .msg_iovlen = 1 };
  return receives ? cloudabi_receive(fd, &header, flags) : cloudabi_send(fd, &header);
}

/* Paths that begin in no directory of the program's. */
static int needs_ambient_authority(long number, long directory)
{
  switch (number) {
  case SYS_open:
  case SYS_stat:
  case SYS_lstat:
  case SYS_access:
  case SYS_unlink:
  case SYS_rmdir:
  case SYS_rename:
  case SYS_mkdir:
  case SYS_link:
  case SYS_symlink:
  case SYS_readlink: return 1;
  case SYS_openat:
  case SYS_newfstatat:
  case SYS_utimensat:
  case SYS_mkdirat:
  case SYS_unlinkat:
  case SYS_renameat:
  case SYS_linkat:
  case SYS_readlinkat: return (int)directory == AT_FDCWD;
  default: return 0;
  }
}

long cloudabi_linux_call(long number, long a, long b, long c, long d, long e, long f)
{
  cloudabi_timestamp_t time = 0;
  cloudabi_fd_t made;
  if (needs_ambient_authority(number, a)) return -ENOTCAPABLE;
  switch (number) {
  case SYS_read: return one(a, (void *)b, (size_t)c, 0, TRANSFER_READ);
  case SYS_write: return one(a, (void *)b, (size_t)c, 0, TRANSFER_WRITE);
  case SYS_pread64: return one(a, (void *)b, (size_t)c, d, TRANSFER_READ_AT);
  case SYS_pwrite64: return one(a, (void *)b, (size_t)c, d, TRANSFER_WRITE_AT);
  case SYS_readv: return cloudabi_transfer(a, (void *)b, c, 0, TRANSFER_READ);
  case SYS_writev: return cloudabi_transfer(a, (void *)b, c, 0, TRANSFER_WRITE);
  case SYS_preadv: return cloudabi_transfer(a, (void *)b, c, d, TRANSFER_READ_AT);
  case SYS_pwritev: return cloudabi_transfer(a, (void *)b, c, d, TRANSFER_WRITE_AT);
  case SYS_close: return -cloudabi_sys_fd_close((cloudabi_fd_t)a);
  case SYS_lseek: return cloudabi_seek(a, b, (int)c);
  case SYS_openat: return cloudabi_open(a, (const char *)b, (int)c);
  case SYS_fstat: return cloudabi_stat(a, (struct kstat *)b);
  case SYS_newfstatat: return cloudabi_stat_at(a, (const char *)b, (struct kstat *)c, (int)d);
  case SYS_utimensat: return cloudabi_set_times(a, (const char *)b, (const struct timespec *)c, (int)d);
  case SYS_ftruncate: return cloudabi_truncate(a, b);
  case SYS_fallocate: return b ? -EOPNOTSUPP : -cloudabi_sys_file_allocate((cloudabi_fd_t)a, (cloudabi_filesize_t)c, (cloudabi_filesize_t)d);
  case SYS_fadvise64: return -cloudabi_sys_file_advise((cloudabi_fd_t)a, (cloudabi_filesize_t)b, (cloudabi_filesize_t)c, (cloudabi_advice_t)(d + 1));
  case SYS_fsync: return -cloudabi_sys_fd_sync((cloudabi_fd_t)a);
  case SYS_fdatasync: return -cloudabi_sys_fd_datasync((cloudabi_fd_t)a);
  case SYS_fcntl: return cloudabi_control(a, (int)b, c);
  case SYS_dup: return -cloudabi_sys_fd_dup((cloudabi_fd_t)a, &made) ?: (long)made;
  case SYS_dup2:
  case SYS_dup3: return -cloudabi_sys_fd_replace((cloudabi_fd_t)a, (cloudabi_fd_t)b) ?: b;
  case SYS_mkdirat: return -cloudabi_sys_file_create((cloudabi_fd_t)a, (const char *)b, strlen((const char *)b), CLOUDABI_FILETYPE_DIRECTORY);
  case SYS_unlinkat: return -cloudabi_sys_file_unlink((cloudabi_fd_t)a, (const char *)b, strlen((const char *)b), c & AT_REMOVEDIR ? CLOUDABI_UNLINK_REMOVEDIR : 0);
  case SYS_renameat: return -cloudabi_sys_file_rename((cloudabi_fd_t)a, (const char *)b, strlen((const char *)b), (cloudabi_fd_t)c, (const char *)d, strlen((const char *)d));
  case SYS_linkat: return cloudabi_link(a, (const char *)b, c, (const char *)d, (int)e);
  case SYS_symlinkat: return -cloudabi_sys_file_symlink((const char *)a, strlen((const char *)a), (cloudabi_fd_t)b, (const char *)c, strlen((const char *)c));
  case SYS_readlinkat: return cloudabi_read_link(a, (const char *)b, (char *)c, (size_t)d);
  /* No descriptor is a terminal. */
  case SYS_ioctl: return -ENOTTY;
  case SYS_poll: return cloudabi_poll((struct pollfd *)a, (size_t)b, (int)c < 0 ? -1 : (int64_t)(int)c * 1000000);
  case SYS_sendmsg: return cloudabi_send(a, (const struct msghdr *)b);
  case SYS_recvmsg: return cloudabi_receive(a, (struct msghdr *)b, (int)c);
  case SYS_sendto: return e ? -EISCONN : message(a, (void *)b, (size_t)c, 0, 0);
  case SYS_recvfrom: return message(a, (void *)b, (size_t)c, (int)d, 1);
  case SYS_shutdown: return -cloudabi_sys_sock_shutdown((cloudabi_fd_t)a, (cloudabi_sdflags_t)(b + 1));
  case SYS_socketpair: return a != AF_UNIX ? -EAFNOSUPPORT : cloudabi_pair((int)b, (int *)d);
  case SYS_accept: return accept_connection(a, 0);
  case SYS_accept4: return accept_connection(a, (int)d);
  case SYS_clock_gettime: {
    cloudabi_errno_t error = cloudabi_sys_clock_time_get(clock_of(a), 0, &time);
    return give_time(error, time, (struct timespec *)b);
  }
  case SYS_clock_getres: {
    cloudabi_errno_t error = cloudabi_sys_clock_res_get(clock_of(a), &time);
    return b ? give_time(error, time, (struct timespec *)b) : -error;
  }
  case SYS_nanosleep: return sleep_until(CLOCK_MONOTONIC, 0, (const struct timespec *)a);
  case SYS_clock_nanosleep: return sleep_until(a, (int)b, (const struct timespec *)c);
  case SYS_sched_yield: return -cloudabi_sys_thread_yield();
  case SYS_mmap: return cloudabi_map((void *)a, (size_t)b, (int)c, (int)d, (int)e, f);
  case SYS_munmap: return -cloudabi_sys_mem_unmap((void *)a, (size_t)b);
  case SYS_mprotect: return protect((void *)a, (size_t)b, (int)c);
  case SYS_msync: return -cloudabi_sys_mem_sync((void *)a, (size_t)b, (cloudabi_msflags_t)(c & MS_SYNC ? CLOUDABI_MS_SYNC : CLOUDABI_MS_ASYNC));
  case SYS_getrandom: return -cloudabi_sys_random_get((void *)a, (size_t)b) ?: b;
  case SYS_exit_group: cloudabi_sys_proc_exit((cloudabi_exitcode_t)a);
  default: return -ENOSYS;
  }
}

#undef __syscall_cp
long __syscall_cp(syscall_arg_t n, syscall_arg_t a, syscall_arg_t b, syscall_arg_t c, syscall_arg_t d, syscall_arg_t e, syscall_arg_t f)
{
  return cloudabi_linux_call(n, a, b, c, d, e, f);
}
