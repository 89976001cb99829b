/*
 * Makes random calls of CloudABI, and writes a line about each: what it was, how it ended and what it gave. The argdata is a list:
 * a directory, a descriptor for the lines, the seed and the number of calls. As a module and as an executable the lines are the same.
 */
#include <argdata.h>
#include <cloudabi_syscalls.h>
#include <program.h>
#include <stdio.h>
#include <string.h>

static int output;
static uint32_t state;

static uint32_t next(uint32_t below) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return (state >> 3) % below;
}

static const char *const names[] = {"a", "b", "d", "d/a", "d/b", "e", "l", "m", "a/x", "..", "../x", "/etc/passwd", "", "d/../b", "."};
static const char *name(void) { return names[next(sizeof(names) / sizeof(names[0]))]; }

#define SLOTS 8
static cloudabi_fd_t fds[SLOTS];
static cloudabi_fd_t some(void) { return next(12) == 0 ? 700 + next(3) : fds[next(SLOTS)]; }
static void keep(cloudabi_errno_t error, cloudabi_fd_t fd) {
  if (error == 0) fds[1 + next(SLOTS - 1)] = fd;
}

static uint32_t hash(const void *bytes, size_t length) {
  uint32_t sum = 2166136261u;
  for (size_t at = 0; at < length; at++) sum = (sum ^ ((const uint8_t *)bytes)[at]) * 16777619u;
  return sum;
}

static const cloudabi_rights_t ALL = CLOUDABI_RIGHT_FD_DATASYNC | CLOUDABI_RIGHT_FD_READ | CLOUDABI_RIGHT_FD_SEEK |
                                     CLOUDABI_RIGHT_FD_STAT_PUT_FLAGS | CLOUDABI_RIGHT_FD_SYNC | CLOUDABI_RIGHT_FD_TELL |
                                     CLOUDABI_RIGHT_FD_WRITE | CLOUDABI_RIGHT_FILE_ALLOCATE | CLOUDABI_RIGHT_FILE_STAT_FGET |
                                     CLOUDABI_RIGHT_FILE_STAT_FPUT_SIZE | CLOUDABI_RIGHT_FILE_STAT_FPUT_TIMES |
                                     CLOUDABI_RIGHT_POLL_FD_READWRITE;

#define SAY(...) dprintf(output, __VA_ARGS__)

static void say_stat(const char *call, cloudabi_errno_t error, const cloudabi_filestat_t *stat) {
  if (error) SAY("%s: %d\n", call, error);
  else SAY("%s: %d type %d size %lld\n", call, error, stat->st_filetype, stat->st_filetype == CLOUDABI_FILETYPE_DIRECTORY ? 0 : (long long)stat->st_size);
}

/* The entries of a directory, in any order. */
static void list(cloudabi_fd_t fd) {
  static char room[16384];
  size_t used = 0;
  cloudabi_errno_t error = cloudabi_sys_file_readdir(fd, room, sizeof(room), 0, &used);
  uint32_t sum = 0, count = 0;
  for (size_t at = 0; error == 0 && at + sizeof(cloudabi_dirent_t) <= used; count++) {
    cloudabi_dirent_t entry;
    memcpy(&entry, room + at, sizeof(entry));
    sum ^= hash(room + at + sizeof(entry), entry.d_namlen) + entry.d_type;
    at += sizeof(entry) + entry.d_namlen;
  }
  SAY("readdir: %d %u %x\n", error, count, sum);
}

/*
 * Sockets are not passed: those that nothing but messages in flight holds are closed at a time of the kernel's own (unix(7)), and
 * only then their other ends tell so.
 */
static int may_pass(cloudabi_fd_t fd) {
  cloudabi_fdstat_t stat;
  return cloudabi_sys_fd_stat_get(fd, &stat) != 0 || (stat.fs_filetype != CLOUDABI_FILETYPE_SOCKET_STREAM &&
                                                      stat.fs_filetype != CLOUDABI_FILETYPE_SOCKET_DGRAM);
}

static void message(cloudabi_fd_t fd) {
  char bytes[64];
  cloudabi_fd_t passed = some();
  if (next(2)) {
    memset(bytes, 'a' + (int)next(26), sizeof(bytes));
    cloudabi_ciovec_t data[2] = {{bytes, next(32)}, {bytes + 32, next(32)}};
    cloudabi_send_in_t in = {data, 2, &passed, next(2), 0};
    if (!may_pass(passed)) in.si_fds_len = 0;
    cloudabi_send_out_t out = {0};
    cloudabi_errno_t error = cloudabi_sys_sock_send(fd, &in, &out);
    SAY("send: %d %u\n", error, error ? 0 : (unsigned)out.so_datalen);
  } else {
    cloudabi_iovec_t data[2] = {{bytes, next(32)}, {bytes + 32, next(32)}};
    cloudabi_recv_in_t in = {data, 2, &passed, 1, next(2) ? CLOUDABI_SOCK_RECV_PEEK : 0};
    cloudabi_recv_out_t out;
    memset(&out, 0, sizeof(out));
    cloudabi_errno_t error = cloudabi_sys_sock_recv(fd, &in, &out);
    SAY("recv: %d %u %u %d\n", error, error ? 0 : (unsigned)out.ro_datalen, error ? 0 : (unsigned)out.ro_fdslen, error ? 0 : out.ro_flags);
    if (error == 0 && out.ro_fdslen == 1) keep(0, passed);
  }
}

static void wait_for(cloudabi_fd_t fd) {
  cloudabi_subscription_t in[2];
  memset(in, 0, sizeof(in));
  in[0].userdata = 1;
  in[0].type = next(2) ? CLOUDABI_EVENTTYPE_FD_READ : CLOUDABI_EVENTTYPE_FD_WRITE;
  in[0].fd_readwrite.fd = fd;
  in[1].userdata = 2;
  in[1].type = CLOUDABI_EVENTTYPE_CLOCK;
  in[1].clock.clock_id = CLOUDABI_CLOCK_MONOTONIC;
  cloudabi_event_t out[2];
  size_t count = 0;
  cloudabi_errno_t error = cloudabi_sys_poll(in, out, 2, &count);
  SAY("poll: %d", error);
  for (size_t at = 0; error == 0 && at < count; at++) SAY(" %d:%d", (int)out[at].userdata, out[at].error);
  SAY("\n");
}

static void step(void) {
  char bytes[300];
  size_t done = 0;
  cloudabi_filesize_t place = 0;
  cloudabi_filestat_t stat;
  cloudabi_fdstat_t fdstat;
  cloudabi_fd_t fd = some(), made = 0, other = 0, dir = next(4) ? fds[0] : some();
  cloudabi_lookup_t at = {dir, next(2) ? CLOUDABI_LOOKUP_SYMLINK_FOLLOW : 0};
  const char *path = name(), *second = name();
  size_t length = strlen(path), length2 = strlen(second);
  cloudabi_errno_t error;
  memset(&stat, 0, sizeof(stat));
  memset(&fdstat, 0, sizeof(fdstat));
  switch (next(27)) {
  case 0:
  case 1:
  case 2: {
    cloudabi_oflags_t how = (cloudabi_oflags_t)(next(2) ? CLOUDABI_O_CREAT : 0) | (next(6) ? 0 : CLOUDABI_O_EXCL) |
                            (next(6) ? 0 : CLOUDABI_O_TRUNC) | (next(8) ? 0 : CLOUDABI_O_DIRECTORY);
    fdstat.fs_rights_base = next(3) ? ALL : ALL & ~CLOUDABI_RIGHT_FD_WRITE;
    fdstat.fs_flags = next(5) ? 0 : CLOUDABI_FDFLAG_APPEND;
    error = cloudabi_sys_file_open(at, path, length, how, &fdstat, &made);
    SAY("open %s %d: %d %u\n", path, how, error, error ? 0 : made);
    keep(error, made);
    break;
  }
  case 3:
  case 4: {
    memset(bytes, 'A' + (int)next(26), sizeof(bytes));
    cloudabi_ciovec_t out[2] = {{bytes, next(200)}, {bytes, next(100)}};
    error = cloudabi_sys_fd_write(fd, out, 1 + next(2), &done);
    SAY("write: %d %u\n", error, error ? 0 : (unsigned)done);
    break;
  }
  case 5:
  case 6: {
    memset(bytes, 0, sizeof(bytes));
    cloudabi_iovec_t in[2] = {{bytes, next(200)}, {bytes + 200, next(100)}};
    error = cloudabi_sys_fd_read(fd, in, 1 + next(2), &done);
    SAY("read: %d %u %x\n", error, error ? 0 : (unsigned)done, error ? 0 : hash(bytes, sizeof(bytes)));
    break;
  }
  case 7: {
    memset(bytes, 0, sizeof(bytes));
    cloudabi_iovec_t in = {bytes, sizeof(bytes)};
    error = cloudabi_sys_fd_pread(fd, &in, 1, next(500), &done);
    SAY("pread: %d %u %x\n", error, error ? 0 : (unsigned)done, error ? 0 : hash(bytes, sizeof(bytes)));
    break;
  }
  case 8: {
    cloudabi_ciovec_t out = {"positioned", 10};
    error = cloudabi_sys_fd_pwrite(fd, &out, 1, next(500), &done);
    SAY("pwrite: %d %u\n", error, error ? 0 : (unsigned)done);
    break;
  }
  case 9:
    error = cloudabi_sys_fd_seek(fd, (cloudabi_filedelta_t)next(400) - 100, (cloudabi_whence_t)(1 + next(3)), &place);
    SAY("seek: %d %u\n", error, error ? 0 : (unsigned)place);
    break;
  case 10:
    say_stat("fstat", cloudabi_sys_file_stat_fget(fd, &stat), &stat);
    break;
  case 11:
    say_stat("stat", cloudabi_sys_file_stat_get(at, path, length, &stat), &stat);
    break;
  case 12:
    stat.st_size = next(1000);
    SAY("truncate: %d\n", cloudabi_sys_file_stat_fput(fd, &stat, CLOUDABI_FILESTAT_SIZE));
    break;
  case 13:
    SAY("mkdir %s: %d\n", path, cloudabi_sys_file_create(dir, path, length, CLOUDABI_FILETYPE_DIRECTORY));
    break;
  case 14:
    SAY("link %s %s: %d\n", path, second, cloudabi_sys_file_link(at, path, length, fds[0], second, length2));
    break;
  case 15:
    SAY("rename %s %s: %d\n", path, second, cloudabi_sys_file_rename(dir, path, length, fds[0], second, length2));
    break;
  case 16:
    SAY("symlink %s %s: %d\n", path, second, cloudabi_sys_file_symlink(path, length, dir, second, length2));
    break;
  case 17:
    SAY("unlink %s: %d\n", path, cloudabi_sys_file_unlink(dir, path, length, next(3) ? 0 : CLOUDABI_UNLINK_REMOVEDIR));
    break;
  case 18:
    error = cloudabi_sys_file_readlink(dir, path, length, bytes, 1 + next(sizeof(bytes)), &done);
    SAY("readlink %s: %d %.*s\n", path, error, error ? 0 : (int)done, bytes);
    break;
  case 19:
    list(dir);
    break;
  case 20:
    error = cloudabi_sys_fd_dup(fd, &made);
    SAY("dup: %d %u\n", error, error ? 0 : made);
    keep(error, made);
    break;
  case 21:
    if (fd == fds[0]) break;
    SAY("close: %d\n", cloudabi_sys_fd_close(fd));
    break;
  case 22:
    error = cloudabi_sys_fd_stat_get(fd, &fdstat);
    if (error) SAY("fd_stat: %d\n", error);
    else SAY("fd_stat: %d %d %d %llx\n", error, fdstat.fs_filetype, fdstat.fs_flags, (unsigned long long)fdstat.fs_rights_base);
    break;
  case 23:
    if (fd == fds[0]) break;
    error = cloudabi_sys_fd_stat_get(fd, &fdstat);
    if (error) break;
    fdstat.fs_rights_base &= ~(1ull << next(12));
    SAY("restrict: %d\n", cloudabi_sys_fd_stat_put(fd, &fdstat, CLOUDABI_FDSTAT_RIGHTS));
    break;
  case 24:
    error = cloudabi_sys_fd_create2(next(2) ? CLOUDABI_FILETYPE_SOCKET_STREAM : CLOUDABI_FILETYPE_SOCKET_DGRAM, &made, &other);
    SAY("pair: %d %u %u\n", error, error ? 0 : made, error ? 0 : other);
    if (error) break;
    fdstat.fs_flags = CLOUDABI_FDFLAG_NONBLOCK;
    SAY("flags: %d %d\n", cloudabi_sys_fd_stat_put(made, &fdstat, CLOUDABI_FDSTAT_FLAGS),
        cloudabi_sys_fd_stat_put(other, &fdstat, CLOUDABI_FDSTAT_FLAGS));
    keep(0, made);
    keep(0, other);
    break;
  case 25:
    message(fd);
    break;
  case 26:
    wait_for(fd);
    break;
  }
}

void program_main(const argdata_t *ad) {
  argdata_seq_iterator_t it;
  const argdata_t *value;
  int directory = -1;
  uint32_t calls = 0;
  argdata_seq_iterate(ad, &it);
  for (int at = 0; argdata_seq_get(&it, &value); at++, argdata_seq_next(&it)) {
    if (at == 0) argdata_get_fd(value, &directory);
    else if (at == 1) argdata_get_fd(value, &output);
    else if (at == 2) argdata_get_int(value, &state);
    else argdata_get_int(value, &calls);
  }
  for (int slot = 0; slot < SLOTS; slot++) fds[slot] = slot == 0 ? (cloudabi_fd_t)directory : 999;
  while (calls-- > 0) step();
  SAY("end\n");
}
