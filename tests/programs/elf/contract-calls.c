/*
 * Makes every call of CloudABI with possible arguments and all rights, and writes how each ends. The argdata is a list: a directory
 * with all rights, where lines go, and this program, to be executed. As a module and as an executable the lines are the same, but
 * for the calls that docs/calls.md says otherwise of.
 */
#include <argdata.h>
#include <cloudabi_syscalls.h>
#include <program.h>
#include <stdio.h>
#include <string.h>

#define SAY(...) dprintf(output, __VA_ARGS__)
#define TEXT(text) text, sizeof(text) - 1
/* Writes how a call ends, and whether it did what it is for. */
#define CALL(name, arguments, done)                          \
  do {                                                       \
    cloudabi_errno_t error_ = cloudabi_sys_##name arguments; \
    SAY(#name " %d %d\n", error_, error_ != 0 || (done));    \
  } while (0)

#define WRITTEN 0x40000000u

static int root, output, itself;
static cloudabi_fd_t file, other, sock, peer;
static char bytes[4096];
static size_t count;

static void descriptors(void) {
  cloudabi_lookup_t at = {(cloudabi_fd_t)root, 0};
  cloudabi_fdstat_t stat, wish = {0};
  cloudabi_filesize_t offset = 0;
  cloudabi_ciovec_t out[2] = {{TEXT("some ")}, {TEXT("text")}};
  cloudabi_iovec_t in = {bytes, sizeof(bytes)};
  cloudabi_sys_fd_stat_get((cloudabi_fd_t)root, &stat);
  wish.fs_rights_base = stat.fs_rights_inheriting;
  CALL(file_open, (at, TEXT("file"), CLOUDABI_O_CREAT | CLOUDABI_O_EXCL, &wish, &file), file > 1);
  CALL(fd_write, (file, out, 2, &count), count == 9);
  CALL(fd_pwrite, (file, out, 1, 20, &count), count == 5);
  CALL(fd_seek, (file, -4, CLOUDABI_WHENCE_END, &offset), offset == 21);
  CALL(fd_read, (file, &in, 1, &count), count == 4 && memcmp(bytes, "ome ", 4) == 0);
  CALL(fd_pread, (file, &in, 1, 5, &count), count == 20 && memcmp(bytes, "text\0", 5) == 0);
  CALL(fd_datasync, (file), 1);
  CALL(fd_sync, (file), 1);
  CALL(fd_dup, (file, &other), other != file);
  CALL(fd_replace, (other, file), 1);
  CALL(fd_stat_get, (file, &stat), stat.fs_filetype == CLOUDABI_FILETYPE_REGULAR_FILE);
  stat.fs_flags = CLOUDABI_FDFLAG_APPEND;
  CALL(fd_stat_put, (file, &stat, CLOUDABI_FDSTAT_FLAGS), 1);
  CALL(file_advise, (file, 0, 0, CLOUDABI_ADVICE_SEQUENTIAL), 1);
  CALL(file_allocate, (file, 0, 100), 1);
  cloudabi_filestat_t about;
  CALL(file_stat_fget, (file, &about), about.st_size == 100);
  about.st_size = 3;
  CALL(file_stat_fput, (file, &about, CLOUDABI_FILESTAT_SIZE), 1);
  CALL(fd_close, (other), cloudabi_sys_fd_close(other) == CLOUDABI_EBADF);
  cloudabi_sys_fd_close(file);
}

static void paths(void) {
  cloudabi_lookup_t at = {(cloudabi_fd_t)root, 0};
  cloudabi_fd_t fd = (cloudabi_fd_t)root;
  cloudabi_filestat_t stat;
  CALL(file_create, (fd, TEXT("folder"), CLOUDABI_FILETYPE_DIRECTORY), 1);
  CALL(file_rename, (fd, TEXT("file"), fd, TEXT("folder/moved")), 1);
  CALL(file_symlink, (TEXT("folder/moved"), fd, TEXT("link")), 1);
  CALL(file_readlink, (fd, TEXT("link"), bytes, sizeof(bytes), &count), count == sizeof("folder/moved") - 1);
  CALL(file_link, (at, TEXT("folder/moved"), fd, TEXT("other")), 1);
  CALL(file_stat_get, (at, TEXT("other"), &stat), stat.st_nlink == 2 && stat.st_size == 3);
  stat.st_mtim = 1000000000;
  CALL(file_stat_put, (at, TEXT("other"), &stat, CLOUDABI_FILESTAT_MTIM), 1);
  CALL(file_readdir, (fd, bytes, sizeof(bytes), CLOUDABI_DIRCOOKIE_START, &count), count > 3 * sizeof(cloudabi_dirent_t));
  CALL(file_unlink, (fd, TEXT("other"), 0), 1);
  cloudabi_sys_file_unlink(fd, TEXT("link"), 0);
  cloudabi_sys_file_unlink(fd, TEXT("folder/moved"), 0);
  cloudabi_sys_file_unlink(fd, TEXT("folder"), CLOUDABI_UNLINK_REMOVEDIR);
}

static void sockets(void) {
  cloudabi_ciovec_t out = {TEXT("hello")};
  cloudabi_iovec_t in = {bytes, sizeof(bytes)};
  cloudabi_fd_t passed, came = 0;
  CALL(fd_create1, (CLOUDABI_FILETYPE_SHARED_MEMORY, &passed), passed > 1);
  CALL(fd_create2, (CLOUDABI_FILETYPE_SOCKET_STREAM, &sock, &peer), sock != peer);
  cloudabi_send_in_t message = {.si_data = &out, .si_data_len = 1, .si_fds = &sock, .si_fds_len = 1};
  cloudabi_send_out_t sent;
  CALL(sock_send, (peer, &message, &sent), sent.so_datalen == 5);
  cloudabi_recv_in_t room = {.ri_data = &in, .ri_data_len = 1, .ri_fds = &came, .ri_fds_len = 1};
  cloudabi_recv_out_t received;
  CALL(sock_recv, (sock, &room, &received), received.ro_datalen == 5 && received.ro_fdslen == 1);
  CALL(sock_shutdown, (came, CLOUDABI_SHUT_WR), cloudabi_sys_fd_read(peer, &in, 1, &count) == 0 && count == 0);
  cloudabi_sys_fd_close(came);
  cloudabi_sys_fd_close(sock);
  cloudabi_sys_fd_close(peer);
  cloudabi_sys_fd_close(passed);
}

static void memory(void) {
  char *at = 0;
  CALL(mem_map,
       (0, 65536, CLOUDABI_PROT_READ | CLOUDABI_PROT_WRITE, CLOUDABI_MAP_ANON | CLOUDABI_MAP_PRIVATE, CLOUDABI_MAP_ANON_FD, 0,
        (void **)&at),
       at[65535] == 0 && ++at[65535] == 1);
  CALL(mem_protect, (at, 65536, CLOUDABI_PROT_READ | CLOUDABI_PROT_WRITE), at[65535] == 1);
  CALL(mem_advise, (at, 65536, CLOUDABI_ADVICE_WILLNEED), at[65535] == 1);
  CALL(mem_sync, (at, 65536, CLOUDABI_MS_SYNC), 1);
  CALL(mem_unmap, (at, 65536), 1);
}

static cloudabi_errno_t wait_for(cloudabi_subscription_t wanted, cloudabi_event_t *event) {
  cloudabi_errno_t error = cloudabi_sys_poll(&wanted, event, 1, &count);
  return error ? error : event->error;
}

static void time_and_chance(void) {
  cloudabi_timestamp_t early = 0, late = 0;
  cloudabi_event_t event;
  CALL(clock_res_get, (CLOUDABI_CLOCK_MONOTONIC, &early), early > 0);
  CALL(clock_time_get, (CLOUDABI_CLOCK_MONOTONIC, 1, &early), early > 0);
  cloudabi_subscription_t wanted = {.type = CLOUDABI_EVENTTYPE_CLOCK,
                                    .clock = {.clock_id = CLOUDABI_CLOCK_MONOTONIC, .timeout = 1000000}};
  CALL(poll, (&wanted, &event, 1, &count), count == 1 && event.error == 0);
  cloudabi_sys_clock_time_get(CLOUDABI_CLOCK_MONOTONIC, 1, &late);
  SAY("waited %d\n", late - early >= 1000000);
  CALL(random_get, (bytes, 32), memcmp(bytes, bytes + 16, 16) != 0);
}

static _Atomic(cloudabi_lock_t) lock;
static _Atomic(cloudabi_condvar_t) changed;
static _Atomic(int) started;
static char stack[65536] __attribute__((aligned(16)));

static void run(cloudabi_tid_t self, void *argument) {
  lock = WRITTEN | self;
  started = *(int *)argument;
  cloudabi_sys_thread_exit(&lock, CLOUDABI_SCOPE_PRIVATE);
}

static void threads(void) {
  int word = 77;
  cloudabi_event_t event;
  cloudabi_subscription_t taken = {.type = CLOUDABI_EVENTTYPE_LOCK_WRLOCK,
                                   .lock = {.lock = &lock, .lock_scope = CLOUDABI_SCOPE_PRIVATE}};
  CALL(thread_yield, (), 1);
  SAY("taken %d\n", wait_for(taken, &event));
  CALL(lock_unlock, (&lock, CLOUDABI_SCOPE_PRIVATE), lock == 0);
  CALL(condvar_signal, (&changed, CLOUDABI_SCOPE_PRIVATE, 1), changed == 0);
  cloudabi_threadattr_t thread = {.entry_point = run, .stack = stack, .stack_len = sizeof(stack), .argument = &word};
  cloudabi_tid_t tid = 0;
  cloudabi_errno_t error = cloudabi_sys_thread_create(&thread, &tid);
  SAY("thread_create %d %d\n", error, error != 0 || tid != 0);
  if (error != 0) return;
  cloudabi_subscription_t shortly = {.type = CLOUDABI_EVENTTYPE_CLOCK,
                                     .clock = {.clock_id = CLOUDABI_CLOCK_MONOTONIC, .timeout = 1000000}};
  for (int times = 0; started != word && times < 120000; times++) wait_for(shortly, &event);
  /* It gives the lock up as it ends. */
  error = wait_for(taken, &event);
  SAY("thread_exit %d %d\n", error, started == word);
}

static void processes(void) {
  cloudabi_fd_t fd;
  cloudabi_tid_t tid;
  cloudabi_event_t event = {0};
  /* The signal of a child that has ended, which programs may ignore. */
  CALL(proc_raise, (CLOUDABI_SIGCHLD), 1);
  cloudabi_errno_t error = cloudabi_sys_proc_fork(&fd, &tid);
  if (error == 0 && fd == CLOUDABI_PROCESS_CHILD) cloudabi_sys_proc_exit(3);
  cloudabi_subscription_t end = {.type = CLOUDABI_EVENTTYPE_PROC_TERMINATE, .proc_terminate = {.fd = fd}};
  SAY("proc_fork %d %d\n", error, error != 0 || (wait_for(end, &event) == 0 && event.proc_terminate.exitcode == 3));
  const argdata_t *again[2] = {argdata_create_fd(output), argdata_create_fd(root)};
  error = program_exec(itself, argdata_create_seq(again, 2));
  SAY("proc_exec %d 1\n", error);
}

void program_main(const argdata_t *ad) {
  argdata_seq_iterator_t it;
  const argdata_t *value;
  int fds[3] = {-1, -1, -1}, given = 0;
  argdata_seq_iterate(ad, &it);
  for (; given < 3 && argdata_seq_get(&it, &value); given++, argdata_seq_next(&it)) argdata_get_fd(value, &fds[given]);
  if (given == 2) {
    /* The second program in this place; it was handed less. */
    output = fds[0];
    SAY("proc_exec 0 1\n");
    cloudabi_sys_proc_exit(7);
  }
  root = fds[0];
  output = fds[1];
  itself = fds[2];
  descriptors();
  paths();
  sockets();
  memory();
  time_and_chance();
  threads();
  processes();
  cloudabi_sys_proc_exit(7);
}
