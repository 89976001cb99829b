/*
 * Sends descriptors through a socket, or receives them and says what it can do with them. Descriptor 0 is for output, 1 the socket,
 * 2 a file and 3 a directory with a file `name`. SENDS chooses the role.
 */
#include <cloudabi_syscalls.h>

static void say(const char *text, size_t length)
{
  cloudabi_ciovec_t out = { text, length };
  size_t done;
  cloudabi_sys_fd_write(0, &out, 1, &done);
}

/* Says a word of a fixed length, and a number. */
static void tell(const char *word, uint64_t number)
{
  char text[64];
  size_t length = 0, digits = 1;
  for (; word[length]; length++) text[length] = word[length];
  text[length++] = ' ';
  for (uint64_t rest = number; rest >= 10; rest /= 10) digits++;
  for (size_t at = digits; at-- > 0; number /= 10) text[length + at] = (char)('0' + number % 10);
  length += digits;
  text[length++] = '\n';
  say(text, length);
}

static void sends(void)
{
  cloudabi_ciovec_t data = { "word", 4 };
  cloudabi_fd_t fds[] = { 2, 3 };
  cloudabi_send_in_t in = { &data, 1, fds, 2, 0 };
  cloudabi_send_out_t out;
  tell("sent", cloudabi_sys_sock_send(1, &in, &out));
}

static void receives(void)
{
  char word[8];
  cloudabi_iovec_t data = { word, sizeof(word) };
  cloudabi_fd_t fds[4];
  cloudabi_recv_in_t in = { &data, 1, fds, 4, 0 };
  cloudabi_recv_out_t out = { 0 };
  tell("received", cloudabi_sys_sock_recv(1, &in, &out));
  tell("descriptors", out.ro_fdslen);
  for (size_t at = 0; at < out.ro_fdslen; at++) {
    cloudabi_fdstat_t stat;
    if (cloudabi_sys_fd_stat_get(fds[at], &stat) != 0) continue;
    char contents[8];
    cloudabi_iovec_t room = { contents, sizeof(contents) };
    cloudabi_filestat_t found;
    cloudabi_fd_t opened;
    cloudabi_filesize_t place;
    cloudabi_lookup_t lookup = { .fd = fds[at] };
    cloudabi_fdstat_t wanted = { .fs_rights_base = CLOUDABI_RIGHT_FD_READ };
    size_t done = 0;
    tell("rights", stat.fs_rights_base);
    if (stat.fs_filetype != CLOUDABI_FILETYPE_DIRECTORY) {
      tell("seek", cloudabi_sys_fd_seek(fds[at], 0, CLOUDABI_WHENCE_SET, &place));
      tell("read", cloudabi_sys_fd_read(fds[at], &room, 1, &done));
      tell("bytes", done);
    } else {
      tell("attributes", cloudabi_sys_file_stat_get(lookup, "name", 4, &found));
      tell("open", cloudabi_sys_file_open(lookup, "name", 4, 0, &wanted, &opened));
    }
  }
}

_Noreturn void cloudabi_main(const void *argdata, size_t length)
{
  (void)argdata, (void)length;
  if (SENDS) sends();
  else receives();
  cloudabi_sys_proc_exit(0);
}
