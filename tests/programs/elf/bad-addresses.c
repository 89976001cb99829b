/*
 * Makes calls with addresses of memory that is not there, is not the program's, or cannot be written, on a directory (descriptor 0)
 * and a stream (1). Each ends with EFAULT and changes nothing. Ends with the line of the first that did not, or 0.
 */
#include <cloudabi_syscalls.h>

#define OK(what)                                                \
  do {                                                          \
    if ((what) != 0) cloudabi_sys_proc_exit(__LINE__);          \
  } while (0)
#define FAULTS(what)                                            \
  do {                                                          \
    if ((what) != CLOUDABI_EFAULT) cloudabi_sys_proc_exit(__LINE__); \
  } while (0)

static const char fixed[4096] __attribute__((aligned(4096))) = "text";

static void each(void *bad)
{
  size_t done;
  cloudabi_fd_t fd, fd2, pair[2];
  cloudabi_filesize_t place;
  cloudabi_lookup_t at = { 0, 0 };
  cloudabi_fdstat_t fdstat = { 0, 0, CLOUDABI_RIGHT_FD_READ | CLOUDABI_RIGHT_FD_WRITE | CLOUDABI_RIGHT_FD_SEEK | CLOUDABI_RIGHT_FILE_STAT_FGET, 0 };
  cloudabi_filestat_t stat;
  char buffer[64];
  cloudabi_iovec_t in = { buffer, 64 }, in_bad = { bad, 4 };
  cloudabi_ciovec_t out = { "x", 1 }, out_bad = { bad, 4 };
  OK(cloudabi_sys_file_open(at, "file", 4, CLOUDABI_O_CREAT, &fdstat, &fd));
  OK(cloudabi_sys_fd_write(fd, &out, 1, &done));
  OK(cloudabi_sys_fd_create2(CLOUDABI_FILETYPE_SOCKET_STREAM, &pair[0], &pair[1]));

  FAULTS(cloudabi_sys_fd_create1(CLOUDABI_FILETYPE_SHARED_MEMORY, bad));
  FAULTS(cloudabi_sys_fd_create2(CLOUDABI_FILETYPE_SOCKET_STREAM, &fd2, bad));
  FAULTS(cloudabi_sys_fd_dup(fd, bad));
  FAULTS(cloudabi_sys_fd_seek(fd, 0, CLOUDABI_WHENCE_SET, bad));
  FAULTS(cloudabi_sys_fd_stat_get(fd, bad));
  FAULTS(cloudabi_sys_file_stat_fget(fd, bad));
  FAULTS(cloudabi_sys_fd_read(fd, &in_bad, 1, &done));
  FAULTS(cloudabi_sys_fd_read(fd, &in, 1, bad));
  FAULTS(cloudabi_sys_fd_pread(fd, &in_bad, 1, 0, &done));
  FAULTS(cloudabi_sys_fd_write(fd, &out, 1, bad));
  FAULTS(cloudabi_sys_fd_pwrite(fd, &out, 1, 0, bad));
  FAULTS(cloudabi_sys_file_readdir(0, bad, 100, 0, &done));
  FAULTS(cloudabi_sys_file_readdir(0, buffer, 64, 0, bad));
  FAULTS(cloudabi_sys_file_readlink(0, "file", 4, bad, 64, &done));
  FAULTS(cloudabi_sys_file_stat_get(at, "file", 4, bad));
  FAULTS(cloudabi_sys_file_open(at, "none", 4, CLOUDABI_O_CREAT, &fdstat, bad));
  FAULTS(cloudabi_sys_clock_time_get(CLOUDABI_CLOCK_MONOTONIC, 0, bad));
  FAULTS(cloudabi_sys_clock_res_get(CLOUDABI_CLOCK_MONOTONIC, bad));
  FAULTS(cloudabi_sys_random_get(bad, 16));
  FAULTS(cloudabi_sys_proc_fork(bad, &fd2));
  FAULTS(cloudabi_sys_lock_unlock(bad, CLOUDABI_SCOPE_PRIVATE));
  FAULTS(cloudabi_sys_condvar_signal(bad, CLOUDABI_SCOPE_PRIVATE, 1));
  /* The stream, which the program may use by itself. */
  FAULTS(cloudabi_sys_fd_write(1, &out, 1, bad));

  cloudabi_recv_in_t receive = { &in, 1, 0, 0, 0 }, receive_bad = { &in_bad, 1, 0, 0, 0 };
  cloudabi_recv_out_t received;
  OK(cloudabi_sys_fd_write(pair[1], &out, 1, &done));
  FAULTS(cloudabi_sys_sock_recv(pair[0], &receive, bad));
  FAULTS(cloudabi_sys_sock_recv(pair[0], &receive_bad, &received));
  /* Nothing was taken out of it meanwhile. */
  OK(cloudabi_sys_sock_recv(pair[0], &receive, &received));
  if (received.ro_datalen != 1) cloudabi_sys_proc_exit(__LINE__);

  cloudabi_subscription_t clock = { .type = CLOUDABI_EVENTTYPE_CLOCK, .clock = { .clock_id = CLOUDABI_CLOCK_MONOTONIC, .timeout = 1 } };
  cloudabi_event_t event;
  FAULTS(cloudabi_sys_poll(&clock, bad, 1, &done));
  FAULTS(cloudabi_sys_poll(&clock, &event, 1, bad));
  cloudabi_subscription_t lock = { .type = CLOUDABI_EVENTTYPE_LOCK_WRLOCK, .lock = { .lock = bad } };
  OK(cloudabi_sys_poll(&lock, &event, 1, &done));
  if (event.error != CLOUDABI_EFAULT) cloudabi_sys_proc_exit(__LINE__);
  void *mapped;
  FAULTS(cloudabi_sys_mem_map(0, 4096, CLOUDABI_PROT_READ, CLOUDABI_MAP_ANON | CLOUDABI_MAP_PRIVATE, CLOUDABI_MAP_ANON_FD, 0, bad));
  OK(cloudabi_sys_mem_map(0, 4096, CLOUDABI_PROT_READ, CLOUDABI_MAP_ANON | CLOUDABI_MAP_PRIVATE, CLOUDABI_MAP_ANON_FD, 0, &mapped));
  /* Linux may have put it where nothing was. */
  OK(cloudabi_sys_mem_unmap(mapped, 4096));

  /* Bytes that are only read may be constant. */
  if (bad != (void *)fixed) {
    FAULTS(cloudabi_sys_fd_read(fd, bad, 1, &done));
    FAULTS(cloudabi_sys_fd_read(fd, bad, 2, &done));
    FAULTS(cloudabi_sys_fd_write(fd, &out_bad, 1, &done));
    FAULTS(cloudabi_sys_fd_write(fd, bad, 2, &done));
    FAULTS(cloudabi_sys_fd_pwrite(fd, &out_bad, 1, 0, &done));
    FAULTS(cloudabi_sys_fd_write(1, &out_bad, 1, &done));
    FAULTS(cloudabi_sys_fd_write(1, bad, 1, &done));
    FAULTS(cloudabi_sys_fd_stat_put(fd, bad, CLOUDABI_FDSTAT_FLAGS));
    FAULTS(cloudabi_sys_file_stat_fput(fd, bad, CLOUDABI_FILESTAT_SIZE));
    FAULTS(cloudabi_sys_file_create(0, bad, 4, CLOUDABI_FILETYPE_DIRECTORY));
    FAULTS(cloudabi_sys_file_link(at, "file", 4, 0, bad, 4));
    FAULTS(cloudabi_sys_file_rename(0, bad, 4, 0, "other", 5));
    FAULTS(cloudabi_sys_file_symlink(bad, 4, 0, "other", 5));
    FAULTS(cloudabi_sys_file_unlink(0, bad, 4, 0));
    FAULTS(cloudabi_sys_file_open(at, "none", 4, CLOUDABI_O_CREAT, bad, &fd2));
    FAULTS(cloudabi_sys_file_open(at, bad, 4, 0, &fdstat, &fd2));
    FAULTS(cloudabi_sys_file_stat_put(at, "file", 4, bad, CLOUDABI_FILESTAT_SIZE));
    FAULTS(cloudabi_sys_sock_recv(pair[0], bad, &received));
    FAULTS(cloudabi_sys_sock_send(pair[0], bad, (cloudabi_send_out_t *)&done));
    FAULTS(cloudabi_sys_poll(bad, &event, 1, &done));
    FAULTS(cloudabi_sys_poll(bad, &event, 3, &done));
    FAULTS(cloudabi_sys_proc_exec(fd, bad, 8, 0, 0));
    FAULTS(cloudabi_sys_proc_exec(fd, 0, 0, bad, 1));
    FAULTS(cloudabi_sys_thread_create(bad, &fd2));
  }
  OK(cloudabi_sys_file_stat_fget(fd, &stat));
  if (stat.st_size != 1) cloudabi_sys_proc_exit(__LINE__);
  OK(cloudabi_sys_fd_seek(fd, 0, CLOUDABI_WHENCE_CUR, &place));
  if (place != 1) cloudabi_sys_proc_exit(__LINE__);
  OK(cloudabi_sys_fd_close(fd));
  OK(cloudabi_sys_fd_close(pair[0]));
  OK(cloudabi_sys_fd_close(pair[1]));
  OK(cloudabi_sys_file_unlink(0, "file", 4, 0));
}

_Noreturn void cloudabi_main(const void *argdata, size_t length)
{
  (void)argdata, (void)length;
  void *page, *gone;
  OK(cloudabi_sys_mem_map(0, 8192, CLOUDABI_PROT_READ | CLOUDABI_PROT_WRITE, CLOUDABI_MAP_ANON | CLOUDABI_MAP_PRIVATE,
                          CLOUDABI_MAP_ANON_FD, 0, &page));
  gone = (char *)page + 4096;
  OK(cloudabi_sys_mem_unmap(gone, 4096));
  each(0);
  each((void *)8);
  each(gone);
  /* An address that no processor has, and one of Linux itself. */
  each((void *)0x8000000000000000);
  each((void *)0xffffffff81000000);
  each((void *)-4096l);
  each((void *)fixed);
  /* The second half of a result lies beyond the page. */
  if (cloudabi_sys_fd_stat_get(0, (cloudabi_fdstat_t *)((char *)gone - 8)) != CLOUDABI_EFAULT) cloudabi_sys_proc_exit(__LINE__);
  cloudabi_ciovec_t out = { "all is well\n", 12 };
  size_t done;
  OK(cloudabi_sys_fd_write(1, &out, 1, &done));
  cloudabi_sys_proc_exit(0);
}
