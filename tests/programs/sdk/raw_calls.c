/*
 * Calls CloudABI directly, beside the C library: both work on the same descriptors. Writes one line for each
 * thing it tried, to the descriptor that it was given.
 *
 *   output: !fd stdout
 *   directory: !file {path: …, rights: [read, write, create, remove]}
 */
#include <cloudabi.h>
#include <cloudabi_syscalls.h>
#include <errno.h>
#include <fcntl.h>
#include <program.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int output, directory;

/* Says what happened, with the error's number; the test knows what it should be. */
static void report(const char *name, unsigned value) {
  dprintf(output, "%s %u\n", name, value);
}

static void clocks_and_chance(void) {
  cloudabi_timestamp_t first, second, resolution;
  report("clock_res_get", cloudabi_sys_clock_res_get(CLOUDABI_CLOCK_MONOTONIC, &resolution));
  cloudabi_sys_clock_time_get(CLOUDABI_CLOCK_MONOTONIC, 1, &first);
  cloudabi_sys_clock_time_get(CLOUDABI_CLOCK_MONOTONIC, 1, &second);
  report("time goes on", resolution > 0 && second >= first);
  unsigned char bytes[64] = {0};
  unsigned sum = 0;
  report("random_get", cloudabi_sys_random_get(bytes, sizeof(bytes)));
  for (size_t i = 0; i < sizeof(bytes); ++i)
    sum += bytes[i];
  report("some chance", sum > 0);
  report("thread_yield", cloudabi_sys_thread_yield());
}

/* Files: made by one face, read by the other. */
static void files(void) {
  cloudabi_fdstat_t wanted = {
      .fs_rights_base = CLOUDABI_RIGHT_FD_READ | CLOUDABI_RIGHT_FD_WRITE | CLOUDABI_RIGHT_FD_SEEK |
                        CLOUDABI_RIGHT_FD_TELL | CLOUDABI_RIGHT_FILE_STAT_FGET,
  };
  cloudabi_lookup_t at = {.fd = directory};
  cloudabi_fd_t fd;
  report("file_open", cloudabi_sys_file_open(at, "made", 4, CLOUDABI_O_CREAT | CLOUDABI_O_EXCL, &wanted, &fd));
  report("the C library writes", write(fd, "0123456789", 10) == 10);
  char part[4] = "";
  cloudabi_iovec_t vector = {.buf = part, .buf_len = 3};
  size_t done = 0;
  report("fd_pread", cloudabi_sys_fd_pread(fd, &vector, 1, 4, &done));
  report("it reads what was written", done == 3 && strcmp(part, "456") == 0);
  cloudabi_filesize_t offset = 0;
  report("fd_seek", cloudabi_sys_fd_seek(fd, 0, CLOUDABI_WHENCE_CUR, &offset));
  report("offset", offset);
  cloudabi_filestat_t status;
  report("file_stat_get", cloudabi_sys_file_stat_get(at, "made", 4, &status));
  report("size", status.st_size);

  /* A right that was put away does not come back, and the C library does not have it either. */
  cloudabi_fdstat_t less = {.fs_rights_base = CLOUDABI_RIGHT_FD_READ};
  report("fd_stat_put", cloudabi_sys_fd_stat_put(fd, &less, CLOUDABI_FDSTAT_RIGHTS));
  report("fd_stat_put of more", cloudabi_sys_fd_stat_put(fd, &wanted, CLOUDABI_FDSTAT_RIGHTS));
  /* The C library calls a descriptor bad that does not read or write. */
  report("the C library cannot write", write(fd, "x", 1) < 0 && errno == EBADF);
  cloudabi_fdstat_t now;
  report("fd_stat_get", cloudabi_sys_fd_stat_get(fd, &now));
  report("rights", now.fs_rights_base == CLOUDABI_RIGHT_FD_READ);
  report("close by the C library", close(fd) == 0);
  report("fd_stat_get of a closed one", cloudabi_sys_fd_stat_get(fd, &now));
  report("file_unlink", cloudabi_sys_file_unlink(directory, "made", 4, 0));
  report("file_unlink again", cloudabi_sys_file_unlink(directory, "made", 4, 0));
}

/* A pair of sockets, waited for with a clock. */
static void sockets(void) {
  cloudabi_fd_t a, b;
  report("fd_create2", cloudabi_sys_fd_create2(CLOUDABI_FILETYPE_SOCKET_STREAM, &a, &b));
  cloudabi_subscription_t in[2] = {
      {.userdata = 1, .type = CLOUDABI_EVENTTYPE_FD_READ, .fd_readwrite = {.fd = b}},
      {.userdata = 2,
       .type = CLOUDABI_EVENTTYPE_CLOCK,
       .clock = {.clock_id = CLOUDABI_CLOCK_MONOTONIC, .timeout = 1000000}},
  };
  cloudabi_event_t out[2];
  size_t count = 0;
  report("poll", cloudabi_sys_poll(in, out, 2, &count));
  report("the clock first", count == 1 && out[0].userdata == 2);
  report("write to the pair", write(a, "hello", 5) == 5);
  in[1].clock.timeout = 10000000000;
  report("poll", cloudabi_sys_poll(in, out, 2, &count));
  report("then the socket", count == 1 && out[0].userdata == 1 && out[0].error == 0);
  char text[8] = "";
  cloudabi_iovec_t vector = {.buf = text, .buf_len = 7};
  cloudabi_recv_in_t receive = {.ri_data = &vector, .ri_data_len = 1};
  cloudabi_recv_out_t received;
  report("sock_recv", cloudabi_sys_sock_recv(b, &receive, &received));
  report("it is the text", received.ro_datalen == 5 && strcmp(text, "hello") == 0);
  report("sock_shutdown", cloudabi_sys_sock_shutdown(a, CLOUDABI_SHUT_WR));
  report("end of file", read(b, text, sizeof(text)) == 0);
  cloudabi_fd_t c;
  report("fd_dup", cloudabi_sys_fd_dup(b, &c));
  report("fd_replace", cloudabi_sys_fd_replace(a, c));
  report("fd_close", cloudabi_sys_fd_close(a) + cloudabi_sys_fd_close(b) + cloudabi_sys_fd_close(c));
  report("fd_close again", cloudabi_sys_fd_close(c));
}

void program_main(const argdata_t *ad) {
  if (program_argument_fd(ad, "output", &output) != 0 || program_argument_fd(ad, "directory", &directory) != 0)
    exit(1);
  clocks_and_chance();
  files();
  sockets();
  cloudabi_sys_proc_exit(7);
}
