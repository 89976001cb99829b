/*
 * Sends and receives descriptors with CloudABI's own calls. Roles: 'send' sends a file and a directory with a word;
 * 'receive' receives them and says what it can do with them.
 */
#include <cloudabi.h>
#include <cloudabi_syscalls.h>
#include <fcntl.h>
#include <program.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int output;

static void send_message(int sock, const argdata_t *ad) {
  int file = -1, directory = -1;
  program_argument_fd(ad, "file", &file);
  program_argument_fd(ad, "directory", &directory);
  const cloudabi_ciovec_t data = {.buf = "word", .buf_len = 4};
  const cloudabi_fd_t fds[] = {(cloudabi_fd_t)file, (cloudabi_fd_t)directory};
  const cloudabi_send_in_t in = {.si_data = &data, .si_data_len = 1, .si_fds = fds, .si_fds_len = 2};
  cloudabi_send_out_t out = {0};
  int error = cloudabi_sys_sock_send((cloudabi_fd_t)sock, &in, &out);
  dprintf(output, "sent: error %d, %zu bytes\n", error, (size_t)out.so_datalen);
}

static void receive_message(int sock) {
  char word[16] = "";
  const cloudabi_iovec_t data = {.buf = word, .buf_len = sizeof(word) - 1};
  cloudabi_fd_t fds[4];
  const cloudabi_recv_in_t in = {.ri_data = &data, .ri_data_len = 1, .ri_fds = fds, .ri_fds_len = 4};
  cloudabi_recv_out_t out = {0};
  int error = cloudabi_sys_sock_recv((cloudabi_fd_t)sock, &in, &out);
  dprintf(output, "received: error %d, '%s', %zu descriptors, flags %d\n", error, word, (size_t)out.ro_fdslen,
          out.ro_flags);
  for (size_t at = 0; at < out.ro_fdslen; at++) {
    cloudabi_fdstat_t stat;
    if (cloudabi_sys_fd_stat_get(fds[at], &stat) != CLOUDABI_ESUCCESS)
      continue;
    if (stat.fs_filetype == CLOUDABI_FILETYPE_DIRECTORY) {
      cloudabi_filestat_t found;
      const cloudabi_lookup_t lookup = {.fd = fds[at]};
      dprintf(output, "directory: attributes %d", cloudabi_sys_file_stat_get(lookup, "name", 4, &found));
      int opened = openat((int)fds[at], "name", O_RDONLY);
      dprintf(output, ", open %s", opened >= 0 ? "yes" : "no");
      dprintf(output, ", remove %d\n", cloudabi_sys_file_unlink(fds[at], "name", 4, 0));
    } else {
      char contents[32] = "";
      ssize_t length = read((int)fds[at], contents, sizeof(contents) - 1);
      dprintf(output, "file: '%.*s', write %zd\n", (int)length, contents, write((int)fds[at], "x", 1));
    }
  }
}

void program_main(const argdata_t *ad) {
  int sock = -1;
  argdata_map_iterator_t role_at;
  const argdata_t *role;
  const char *name = "";
  program_argument_fd(ad, "output", &output);
  program_argument_fd(ad, "socket", &sock);
  if (program_argument(ad, "role", &role_at, &role) == 0)
    argdata_get_str_c(role, &name);
  if (strcmp(name, "send") == 0)
    send_message(sock, ad);
  else
    receive_message(sock);
}
