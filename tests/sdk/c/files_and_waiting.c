/* Edge cases of files, directories, waiting and clocks, as POSIX has them. */
#define _GNU_SOURCE 1
#include "check.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* Makes a file with ten bytes, and opens it. */
static int make_file(const char *name, int flags) {
  int file = openat(folder, name, O_CREAT | O_TRUNC | O_WRONLY, 0600);
  EQUAL(write(file, "0123456789", 10), 10);
  close(file);
  return openat(folder, name, flags);
}

TEST(files_have_one_offset_for_reading_and_writing) {
  int file = make_file("offset", O_RDWR);
  char bytes[16];
  EQUAL(read(file, bytes, 3), 3);
  EQUAL(lseek(file, 0, SEEK_CUR), 3);
  EQUAL(pread(file, bytes, 4, 6), 4);
  CHECK(memcmp(bytes, "6789", 4) == 0);
  EQUAL(pread(file, bytes, 4, 10), 0);
  FAILS(pread(file, bytes, 4, -1), EINVAL);
  EQUAL(lseek(file, 0, SEEK_CUR), 3);
  EQUAL(write(file, "ab", 2), 2);
  EQUAL(lseek(file, 0, SEEK_CUR), 5);
  EQUAL(pwrite(file, "xy", 2, 12), 2);
  struct stat stat;
  EQUAL(fstat(file, &stat), 0);
  EQUAL(stat.st_size, 14);
  /* A hole is full of zeros. */
  EQUAL(pread(file, bytes, 16, 9), 5);
  CHECK(memcmp(bytes, "9\0\0xy", 5) == 0);
  FAILS(lseek(file, -1, SEEK_SET), EINVAL);
  FAILS(lseek(file, 0, 99), EINVAL);
  EQUAL(lseek(file, 100, SEEK_END), 114);
  EQUAL(read(file, bytes, 1), 0);
  close(file);
  FAILS(read(file, bytes, 1), EBADF);
}

TEST(files_are_cut_off_and_grow) {
  int file = make_file("length", O_RDWR);
  EQUAL(ftruncate(file, 4), 0);
  EQUAL(ftruncate(file, 6), 0);
  char bytes[8];
  EQUAL(read(file, bytes, 8), 6);
  CHECK(memcmp(bytes, "0123\0\0", 6) == 0);
  FAILS(ftruncate(file, -1), EINVAL);
  EQUAL(posix_fallocate(file, 0, 20), 0);
  EQUAL(lseek(file, 0, SEEK_END), 20);
  EQUAL(posix_fallocate(file, 0, 5), 0);
  EQUAL(lseek(file, 0, SEEK_END), 20);
  EQUAL(posix_fallocate(file, 0, 0), EINVAL);
  EQUAL(posix_fallocate(file, -1, 5), EINVAL);
  close(file);
  file = make_file("length", O_RDONLY);
  CHECK(ftruncate(file, 1) == -1);
  CHECK(write(file, "x", 1) == -1);
  close(file);
}

TEST(vectors_are_read_and_written_in_order) {
  int file = make_file("vectors", O_RDWR);
  char first[4] = "", second[4] = "", third[8] = "";
  struct iovec parts[] = {{first, 3}, {second, 0}, {third, 7}};
  EQUAL(readv(file, parts, 3), 10);
  CHECK(memcmp(first, "012", 3) == 0 && memcmp(third, "3456789", 7) == 0);
  EQUAL(preadv(file, parts, 1, 5), 3);
  CHECK(memcmp(first, "567", 3) == 0);
  EQUAL(pwritev(file, (struct iovec[]){{(void *)"ab", 2}, {(void *)"c", 1}}, 2, 1), 3);
  EQUAL(pread(file, third, 5, 0), 5);
  CHECK(memcmp(third, "0abc4", 5) == 0);
  FAILS(readv(file, parts, -1), EINVAL);
  EQUAL(lseek(file, 0, SEEK_CUR), 10);
  close(file);
}

TEST(appending_writes_go_to_the_end) {
  int file = make_file("append", O_WRONLY | O_APPEND);
  EQUAL(lseek(file, 0, SEEK_SET), 0);
  EQUAL(write(file, "+", 1), 1);
  EQUAL(lseek(file, 0, SEEK_CUR), 11);
  close(file);
}

TEST(opening_fails_with_its_reason) {
  close(make_file("plain", O_RDONLY));
  EQUAL(mkdirat(folder, "opened", 0700), 0);
  FAILS(openat(folder, "plain", O_CREAT | O_EXCL | O_WRONLY, 0600), EEXIST);
  FAILS(openat(folder, "plain", O_RDONLY | O_DIRECTORY), ENOTDIR);
  FAILS(openat(folder, "plain/below", O_RDONLY), ENOTDIR);
  FAILS(openat(folder, "opened", O_WRONLY), EISDIR);
  FAILS(openat(folder, "", O_RDONLY), ENOENT);
  FAILS(mkdirat(folder, "opened", 0700), EEXIST);
  FAILS(mkdirat(folder, "missing/below", 0700), ENOENT);
  EQUAL(symlinkat("loop", folder, "loop"), 0);
  FAILS(openat(folder, "loop", O_RDONLY), ELOOP);
  FAILS(openat(folder, "loop", O_RDONLY | O_NOFOLLOW), ELOOP);
  static char name[NAME_MAX + 3];
  memset(name, 'n', sizeof(name) - 1);
  FAILS(openat(folder, name, O_RDONLY), ENAMETOOLONG);
  FAILS(unlinkat(folder, "opened", 0), EISDIR);
  FAILS(unlinkat(folder, "plain", AT_REMOVEDIR), ENOTDIR);
  int below = openat(folder, "opened", O_RDONLY | O_DIRECTORY);
  close(openat(below, "file", O_CREAT | O_WRONLY, 0600));
  FAILS(unlinkat(folder, "opened", AT_REMOVEDIR), ENOTEMPTY);
  FAILS(renameat(folder, "plain", folder, "opened"), EISDIR);
  FAILS(renameat(folder, "opened", folder, "plain"), ENOTDIR);
  EQUAL(unlinkat(below, "file", 0), 0);
  close(below);
  EQUAL(unlinkat(folder, "opened", AT_REMOVEDIR), 0);
  EQUAL(unlinkat(folder, "loop", 0), 0);
}

TEST(links_are_read_as_they_are) {
  char text[8];
  memset(text, '#', sizeof(text));
  EQUAL(symlinkat("somewhere", folder, "link"), 0);
  /* No NUL is written, and what is too long is cut off. */
  EQUAL(readlinkat(folder, "link", text, 4), 4);
  CHECK(memcmp(text, "some####", 8) == 0);
  close(make_file("plain", O_RDONLY));
  FAILS(readlinkat(folder, "plain", text, sizeof(text)), EINVAL);
  struct stat stat;
  EQUAL(fstatat(folder, "link", &stat, AT_SYMLINK_NOFOLLOW), 0);
  CHECK(S_ISLNK(stat.st_mode));
  EQUAL(stat.st_size, 9);
  EQUAL(linkat(folder, "plain", folder, "second", 0), 0);
  EQUAL(fstatat(folder, "plain", &stat, 0), 0);
  EQUAL(stat.st_nlink, 2);
  EQUAL(unlinkat(folder, "second", 0), 0);
  EQUAL(unlinkat(folder, "link", 0), 0);
}

TEST(times_of_files_are_set_or_left) {
  int file = make_file("times", O_RDWR);
  struct stat before, after;
  EQUAL(futimens(file, (struct timespec[]){{1000, 5}, {2000, 999999999}}), 0);
  EQUAL(fstat(file, &before), 0);
  EQUAL(before.st_atim.tv_sec, 1000);
  EQUAL(before.st_mtim.tv_sec, 2000);
  EQUAL(before.st_mtim.tv_nsec, 999999999);
  EQUAL(utimensat(folder, "times", (struct timespec[]){{0, UTIME_OMIT}, {3000, 0}}, 0), 0);
  EQUAL(fstat(file, &after), 0);
  EQUAL(after.st_atim.tv_sec, 1000);
  EQUAL(after.st_mtim.tv_sec, 3000);
  FAILS(futimens(file, (struct timespec[]){{0, 1000000000}, {0, 0}}), EINVAL);
  EQUAL(futimens(file, NULL), 0);
  EQUAL(fstat(file, &after), 0);
  CHECK(after.st_mtim.tv_sec > 1700000000);
  close(file);
}

TEST(directories_list_each_entry_once) {
  EQUAL(mkdirat(folder, "listed", 0700), 0);
  int directory = openat(folder, "listed", O_RDONLY | O_DIRECTORY);
  enum { FILES = 120 };
  char name[16];
  for (int i = 0; i < FILES; ++i) {
    snprintf(name, sizeof(name), "file%d", i);
    close(openat(directory, name, O_CREAT | O_WRONLY, 0600));
  }
  DIR *stream = fdopendir(dup(directory));
  CHECK(stream != NULL);
  bool seen[FILES] = {false};
  int entries = 0, dots = 0;
  errno = 0;
  for (struct dirent *entry; (entry = readdir(stream)) != NULL; ++entries) {
    if (entry->d_name[0] == '.')
      ++dots;
    else
      seen[atoi(entry->d_name + 4)] = true;
  }
  EQUAL(errno, 0);
  EQUAL(entries - dots, FILES);
  for (int i = 0; i < FILES; ++i)
    CHECK(seen[i]);
  CHECK(readdir(stream) == NULL);
  rewinddir(stream);
  CHECK(readdir(stream) != NULL);
  EQUAL(closedir(stream), 0);
  int plain = make_file("plain", O_RDONLY);
  errno = 0;
  CHECK(fdopendir(plain) == NULL);
  EQUAL(errno, ENOTDIR);
  for (int i = 0; i < FILES; ++i) {
    snprintf(name, sizeof(name), "file%d", i);
    EQUAL(unlinkat(directory, name, 0), 0);
  }
  close(plain);
  close(directory);
  EQUAL(unlinkat(folder, "listed", AT_REMOVEDIR), 0);
}

TEST(poll_tells_of_each_descriptor) {
  int ends[2], more[2];
  EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  EQUAL(pipe(more), 0);
  struct pollfd polled[] = {{ends[0], POLLIN, -1}, {ends[1], POLLOUT, -1}, {-1, POLLIN, -1}, {more[0], POLLIN, -1}};
  EQUAL(poll(polled, 4, 0), 1);
  EQUAL(polled[0].revents, 0);
  EQUAL(polled[1].revents, POLLOUT);
  EQUAL(polled[2].revents, 0);
  EQUAL(polled[3].revents, 0);
  EQUAL(write(ends[1], "x", 1), 1);
  EQUAL(poll(polled, 1, -1), 1);
  EQUAL(polled[0].revents & POLLIN, POLLIN);
  /* The other end is closed: what is there is read first. */
  EQUAL(write(more[1], "yz", 2), 2);
  close(more[1]);
  struct pollfd last = {more[0], POLLIN, 0};
  EQUAL(poll(&last, 1, -1), 1);
  CHECK((last.revents & POLLIN) != 0);
  char bytes[4];
  EQUAL(read(more[0], bytes, 4), 2);
  EQUAL(poll(&last, 1, -1), 1);
  CHECK((last.revents & (POLLHUP | POLLIN)) != 0);
  EQUAL(read(more[0], bytes, 4), 0);
  close(more[0]);
  struct pollfd closed = {more[0], POLLIN, 0};
  EQUAL(poll(&closed, 1, 0), 1);
  EQUAL(closed.revents, POLLNVAL);
  close(ends[0]);
  close(ends[1]);
}

TEST(select_waits_for_the_descriptors_of_a_set) {
  int ends[2];
  EQUAL(pipe(ends), 0);
  fd_set reads, writes;
  FD_ZERO(&reads), FD_ZERO(&writes);
  FD_SET(ends[0], &reads), FD_SET(ends[1], &writes);
  int highest = ends[0] > ends[1] ? ends[0] : ends[1];
  struct timeval none = {0, 0};
  EQUAL(select(highest + 1, &reads, &writes, NULL, &none), 1);
  CHECK(!FD_ISSET(ends[0], &reads) && FD_ISSET(ends[1], &writes));
  EQUAL(write(ends[1], "x", 1), 1);
  FD_SET(ends[0], &reads);
  EQUAL(pselect(highest + 1, &reads, NULL, NULL, NULL, NULL), 1);
  CHECK(FD_ISSET(ends[0], &reads));
  close(ends[0]);
  close(ends[1]);
}

TEST(sockets_shut_down_and_peek) {
  int ends[2];
  EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  char bytes[4];
  EQUAL(send(ends[0], "abc", 3, 0), 3);
  EQUAL(recv(ends[1], bytes, 2, MSG_PEEK), 2);
  EQUAL(recv(ends[1], bytes, 4, 0), 3);
  EQUAL(shutdown(ends[0], SHUT_WR), 0);
  EQUAL(recv(ends[1], bytes, 4, 0), 0);
  FAILS(send(ends[0], "x", 1, 0), EPIPE);
  EQUAL(send(ends[1], "x", 1, 0), 1);
  int type = 0;
  socklen_t length = sizeof(type);
  EQUAL(getsockopt(ends[0], SOL_SOCKET, SO_TYPE, &type, &length), 0);
  EQUAL(type, SOCK_STREAM);
  FAILS(shutdown(ends[0], 99), EINVAL);
  FAILS(recv(folder, bytes, 1, 0), ENOTSOCK);
  close(ends[0]);
  close(ends[1]);
}

TEST(clocks_go_forwards) {
  struct timespec first, second, grain;
  EQUAL(clock_getres(CLOCK_MONOTONIC, &grain), 0);
  CHECK(grain.tv_sec == 0 && grain.tv_nsec > 0);
  EQUAL(clock_gettime(CLOCK_MONOTONIC, &first), 0);
  EQUAL(nanosleep(&(struct timespec){0, 1000000}, NULL), 0);
  EQUAL(clock_gettime(CLOCK_MONOTONIC, &second), 0);
  CHECK((second.tv_sec - first.tv_sec) * 1000000000LL + second.tv_nsec - first.tv_nsec >= 1000000);
  FAILS(nanosleep(&(struct timespec){0, 1000000000}, NULL), EINVAL);
  /* A time that has passed is not waited for, and the error is the result. */
  EQUAL(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &(struct timespec){0, 1}, NULL), 0);
  EQUAL(clock_nanosleep(CLOCK_REALTIME, 0, &(struct timespec){0, -1}, NULL), EINVAL);
}

TEST(random_bytes_differ_and_are_few) {
  char first[32] = {0}, second[32] = {0};
  EQUAL(getentropy(first, sizeof(first)), 0);
  EQUAL(getentropy(second, sizeof(second)), 0);
  CHECK(memcmp(first, second, sizeof(first)) != 0);
  static char many[257];
  FAILS(getentropy(many, sizeof(many)), EIO);
}
