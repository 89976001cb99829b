/* Makes most calls once on a granted directory (descriptor 0) and stream (1); ends with the line that went wrong, or 0. */
#include <cloudabi_syscalls.h>

#define EXPECT(what, expected)                                    \
  do {                                                            \
    if ((what) != (expected)) cloudabi_sys_proc_exit(__LINE__);   \
  } while (0)
#define OK(what) EXPECT(what, 0)
#define TEXT(text) text, sizeof(text) - 1

static const cloudabi_rights_t ALL = CLOUDABI_RIGHT_FD_READ | CLOUDABI_RIGHT_FD_WRITE | CLOUDABI_RIGHT_FD_SEEK |
                                     CLOUDABI_RIGHT_FD_TELL | CLOUDABI_RIGHT_FILE_STAT_FGET | CLOUDABI_RIGHT_FILE_STAT_FPUT_SIZE |
                                     CLOUDABI_RIGHT_FD_SYNC;

static cloudabi_fd_t open_file(const char *name, size_t length, cloudabi_oflags_t flags, cloudabi_rights_t rights)
{
  cloudabi_lookup_t at = { 0, 0 };
  cloudabi_fdstat_t stat = { 0, 0, rights, 0 };
  cloudabi_fd_t fd;
  OK(cloudabi_sys_file_open(at, name, length, flags, &stat, &fd));
  return fd;
}

static void files(void)
{
  char buffer[4096];
  size_t done;
  cloudabi_filesize_t place;
  cloudabi_fd_t fd = open_file(TEXT("file"), CLOUDABI_O_CREAT | CLOUDABI_O_EXCL, ALL);
  cloudabi_ciovec_t out[2] = { { TEXT("some ") }, { TEXT("text") } };
  OK(cloudabi_sys_fd_write(fd, out, 2, &done));
  EXPECT(done, 9);
  OK(cloudabi_sys_fd_seek(fd, -4, CLOUDABI_WHENCE_END, &place));
  EXPECT(place, 5);
  cloudabi_iovec_t in[2] = { { buffer, 2 }, { buffer + 100, 100 } };
  OK(cloudabi_sys_fd_read(fd, in, 2, &done));
  EXPECT(done, 4);
  EXPECT(buffer[0], 't');
  EXPECT(buffer[101], 't');
  OK(cloudabi_sys_fd_pread(fd, in, 1, 1, &done));
  EXPECT(buffer[0], 'o');
  OK(cloudabi_sys_fd_pwrite(fd, out, 1, 20, &done));
  cloudabi_filestat_t stat;
  OK(cloudabi_sys_file_stat_fget(fd, &stat));
  EXPECT(stat.st_size, 25);
  EXPECT(stat.st_filetype, CLOUDABI_FILETYPE_REGULAR_FILE);
  stat.st_size = 3;
  OK(cloudabi_sys_file_stat_fput(fd, &stat, CLOUDABI_FILESTAT_SIZE));
  OK(cloudabi_sys_fd_sync(fd));
  EXPECT(cloudabi_sys_fd_datasync(fd), CLOUDABI_ENOTCAPABLE);
  EXPECT(cloudabi_sys_fd_read(99, in, 2, &done), CLOUDABI_EBADF);
  /* Without the right to write, a descriptor of the same file does not do so. */
  cloudabi_fdstat_t less = { 0, 0, CLOUDABI_RIGHT_FD_READ, 0 };
  OK(cloudabi_sys_fd_stat_put(fd, &less, CLOUDABI_FDSTAT_RIGHTS));
  EXPECT(cloudabi_sys_fd_write(fd, out, 2, &done), CLOUDABI_ENOTCAPABLE);
  OK(cloudabi_sys_fd_stat_get(fd, &less));
  EXPECT(less.fs_rights_base, CLOUDABI_RIGHT_FD_READ);
  OK(cloudabi_sys_fd_close(fd));
  EXPECT(cloudabi_sys_fd_close(fd), CLOUDABI_EBADF);
}

static void paths(void)
{
  char buffer[65536];
  size_t used;
  cloudabi_lookup_t at = { 0, 0 };
  cloudabi_filestat_t stat;
  OK(cloudabi_sys_file_create(0, TEXT("folder"), CLOUDABI_FILETYPE_DIRECTORY));
  OK(cloudabi_sys_file_rename(0, TEXT("file"), 0, TEXT("folder/moved")));
  OK(cloudabi_sys_file_symlink(TEXT("folder/moved"), 0, TEXT("link")));
  OK(cloudabi_sys_file_readlink(0, TEXT("link"), buffer, sizeof(buffer), &used));
  EXPECT(used, sizeof("folder/moved") - 1);
  OK(cloudabi_sys_file_link(at, TEXT("folder/moved"), 0, TEXT("other")));
  OK(cloudabi_sys_file_stat_get(at, TEXT("other"), &stat));
  EXPECT(stat.st_nlink, 2);
  EXPECT(stat.st_size, 3);
  stat.st_mtim = 1000000000;
  OK(cloudabi_sys_file_stat_put(at, TEXT("other"), &stat, CLOUDABI_FILESTAT_MTIM));
  OK(cloudabi_sys_file_readdir(0, buffer, sizeof(buffer), CLOUDABI_DIRCOOKIE_START, &used));
  EXPECT(used > 5 * sizeof(cloudabi_dirent_t) && used < sizeof(buffer), 1);
  OK(cloudabi_sys_file_unlink(0, TEXT("other"), 0));
  OK(cloudabi_sys_file_unlink(0, TEXT("link"), 0));
  OK(cloudabi_sys_file_unlink(0, TEXT("folder/moved"), 0));
  OK(cloudabi_sys_file_unlink(0, TEXT("folder"), CLOUDABI_UNLINK_REMOVEDIR));
  EXPECT(cloudabi_sys_file_stat_get(at, TEXT("folder"), &stat), CLOUDABI_ENOENT);
  EXPECT(cloudabi_sys_file_stat_get(at, TEXT("../"), &stat), CLOUDABI_ENOTCAPABLE);
  EXPECT(cloudabi_sys_file_stat_get(at, TEXT("/etc/passwd"), &stat), CLOUDABI_ENOTCAPABLE);
}

static void sockets(void)
{
  char buffer[8];
  size_t done;
  cloudabi_fd_t a, b;
  OK(cloudabi_sys_fd_create2(CLOUDABI_FILETYPE_SOCKET_STREAM, &a, &b));
  cloudabi_ciovec_t out = { TEXT("hello") };
  OK(cloudabi_sys_fd_write(a, &out, 1, &done));
  cloudabi_subscription_t wanted[2] = {
    { .userdata = 7, .type = CLOUDABI_EVENTTYPE_FD_READ, .fd_readwrite = { .fd = b } },
    { .userdata = 8, .type = CLOUDABI_EVENTTYPE_CLOCK, .clock = { .clock_id = CLOUDABI_CLOCK_MONOTONIC, .timeout = ~0ull } },
  };
  cloudabi_event_t events[2];
  OK(cloudabi_sys_poll(wanted, events, 2, &done));
  EXPECT(done, 1);
  EXPECT(events[0].userdata, 7);
  EXPECT(events[0].fd_readwrite.nbytes, 5);
  cloudabi_iovec_t in = { buffer, sizeof(buffer) };
  OK(cloudabi_sys_fd_read(b, &in, 1, &done));
  EXPECT(done, 5);
  /* A descriptor travels from one end to the other. */
  cloudabi_fd_t passed = 1, got = 0;
  cloudabi_send_in_t message = { .si_data = &out, .si_data_len = 1, .si_fds = &passed, .si_fds_len = 1 };
  cloudabi_send_out_t sent;
  passed = a;
  OK(cloudabi_sys_sock_send(b, &message, &sent));
  EXPECT(sent.so_datalen, 5);
  cloudabi_recv_in_t room = { .ri_data = &in, .ri_data_len = 1, .ri_fds = &got, .ri_fds_len = 1 };
  cloudabi_recv_out_t received;
  OK(cloudabi_sys_sock_recv(a, &room, &received));
  EXPECT(received.ro_datalen, 5);
  EXPECT(received.ro_fdslen, 1);
  OK(cloudabi_sys_fd_write(got, &out, 1, &done));
  OK(cloudabi_sys_fd_read(b, &in, 1, &done));
  OK(cloudabi_sys_fd_close(got));
  OK(cloudabi_sys_sock_shutdown(a, CLOUDABI_SHUT_WR));
  OK(cloudabi_sys_fd_read(b, &in, 1, &done));
  EXPECT(done, 0);
  OK(cloudabi_sys_fd_dup(a, &got));
  OK(cloudabi_sys_fd_replace(b, a));
  OK(cloudabi_sys_fd_close(a));
  OK(cloudabi_sys_fd_close(b));
  OK(cloudabi_sys_fd_close(got));
}

static void memory(void)
{
  void *at, *shared;
  cloudabi_fd_t fd;
  size_t done;
  OK(cloudabi_sys_mem_map(0, 8192, CLOUDABI_PROT_READ | CLOUDABI_PROT_WRITE, CLOUDABI_MAP_ANON | CLOUDABI_MAP_PRIVATE,
                          CLOUDABI_MAP_ANON_FD, 0, &at));
  ((volatile char *)at)[4096] = 1;
  OK(cloudabi_sys_mem_advise(at, 8192, CLOUDABI_ADVICE_DONTNEED));
  EXPECT(((volatile char *)at)[4096], 1);
  OK(cloudabi_sys_mem_protect(at, 8192, CLOUDABI_PROT_READ));
  EXPECT(cloudabi_sys_mem_protect(at, 8192, CLOUDABI_PROT_WRITE | CLOUDABI_PROT_EXEC), CLOUDABI_ENOTSUP);
  OK(cloudabi_sys_mem_sync(at, 8192, CLOUDABI_MS_SYNC));
  OK(cloudabi_sys_mem_unmap(at, 8192));
  EXPECT(cloudabi_sys_mem_map(0, 0, CLOUDABI_PROT_READ, CLOUDABI_MAP_ANON | CLOUDABI_MAP_PRIVATE, CLOUDABI_MAP_ANON_FD, 0, &at),
         CLOUDABI_EINVAL);
  OK(cloudabi_sys_fd_create1(CLOUDABI_FILETYPE_SHARED_MEMORY, &fd));
  cloudabi_filestat_t stat = { .st_size = 4096 };
  OK(cloudabi_sys_file_stat_fput(fd, &stat, CLOUDABI_FILESTAT_SIZE));
  (void)shared, (void)done;
  OK(cloudabi_sys_fd_close(fd));
}

static void process(void)
{
  cloudabi_timestamp_t early, late;
  uint64_t chance[2] = { 0, 0 };
  OK(cloudabi_sys_clock_time_get(CLOUDABI_CLOCK_MONOTONIC, 1, &early));
  OK(cloudabi_sys_thread_yield());
  cloudabi_subscription_t wait = { .type = CLOUDABI_EVENTTYPE_CLOCK,
                                   .clock = { .clock_id = CLOUDABI_CLOCK_MONOTONIC, .timeout = 1000000 } };
  cloudabi_event_t event;
  size_t count;
  OK(cloudabi_sys_poll(&wait, &event, 1, &count));
  OK(cloudabi_sys_clock_time_get(CLOUDABI_CLOCK_MONOTONIC, 1, &late));
  EXPECT(late - early >= 1000000, 1);
  OK(cloudabi_sys_clock_res_get(CLOUDABI_CLOCK_REALTIME, &late));
  OK(cloudabi_sys_random_get(chance, sizeof(chance)));
  EXPECT(chance[0] != chance[1], 1);
  EXPECT(cloudabi_sys_clock_time_get(77, 1, &late), CLOUDABI_EINVAL);
}

_Noreturn void cloudabi_main(const void *argdata, size_t length)
{
  (void)argdata, (void)length;
  files();
  paths();
  sockets();
  memory();
  process();
  size_t done;
  cloudabi_ciovec_t out = { TEXT("all is well\n") };
  OK(cloudabi_sys_fd_write(1, &out, 1, &done));
  cloudabi_sys_proc_exit(0);
}
