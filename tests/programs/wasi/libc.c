// The same promises for programs in C, through wasi-libc, whose start-up looks at the preopens and whose
// calls ask for rights of their own. Given: `file` (empty), `lseek.txt` (01234567), `pread.txt`
// (test-data), a directory `dir` with `file-0` and `file-1`.
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "check.h"

static void open_and_close(void) {
  FILE *file = fopen("file", "r");
  CHECK_TRUE(file);
  CHECK(fclose(file), 0);
}

// Nothing is preopened here; libc finds no directory for the path.
static void open_without_a_grant(void) {
  CHECK_TRUE(!fopen("dir/file-0", "r"));
  CHECK_ANY(errno, ENOTCAPABLE, ENOENT);
}

static void seek(void) {
  char bytes[4];
  FILE *file = fopen("lseek.txt", "r");
  CHECK_TRUE(file);
  setvbuf(file, 0, _IONBF, 0);
  CHECK(fread(bytes, 1, 4, file), 4);
  CHECK(lseek(fileno(file), 0, SEEK_CUR), 4);
  CHECK(fread(bytes, 1, 1, file), 1);
  CHECK(bytes[0], '4');
  CHECK(lseek(fileno(file), 0, SEEK_CUR), 5);
  CHECK(lseek(fileno(file), 0, SEEK_SET), 0);
  CHECK(lseek(fileno(file), 0, SEEK_END), 8);
}

static void pread_in_the_middle(void) {
  char bytes[4] = {0};
  int fd = open("pread.txt", O_RDONLY);
  CHECK_TRUE(fd > 2);
  CHECK(pread(fd, bytes, 3, 4), 3);
  CHECK(memcmp(bytes, "-da", 3), 0);
  CHECK(close(fd), 0);
}

static void pwrite_in_the_middle(void) {
  char bytes[16] = {0};
  CHECK_TRUE(access("new.txt", F_OK) != 0);
  int fd = open("new.txt", O_WRONLY | O_CREAT, 0666);
  CHECK_TRUE(fd > 2);
  CHECK(pwrite(fd, "a long text", 11, 0), 11);
  CHECK(pwrite(fd, "LONG", 4, 2), 4);
  CHECK(close(fd), 0);
  fd = open("new.txt", O_RDONLY);
  CHECK(read(fd, bytes, sizeof(bytes)), 11);
  CHECK(memcmp(bytes, "a LONG text", 11), 0);
  CHECK(remove("new.txt"), 0);
}

static void pwrite_with_append(void) {
  int fd = open("new.txt", O_CREAT | O_TRUNC | O_WRONLY | O_APPEND, 0666);
  CHECK_TRUE(fd > 2);
  CHECK(write(fd, "ab", 2), 2);
  CHECK(lseek(fd, 0, SEEK_SET), 0);
  CHECK(write(fd, "cd", 2), 2);
  CHECK(lseek(fd, 0, SEEK_CUR), 4);
  CHECK(pwrite(fd, "xyz", 3, 0), 3);
  CHECK(lseek(fd, 0, SEEK_CUR), 4);
  CHECK_ANY(lseek(fd, 0, SEEK_END), 7, 4);
}

static void list_directory(void) {
  ino_t inodes[2] = {0};
  struct dirent *entry;
  int fd = open("dir", O_RDONLY | O_DIRECTORY);
  CHECK_TRUE(fd > 2);
  DIR *dir = fdopendir(fd);
  CHECK_TRUE(dir);
  while ((entry = readdir(dir))) {
    struct stat stat;
    if (entry->d_name[0] == '.') continue;
    CHECK(strncmp(entry->d_name, "file-", 5), 0);
    CHECK_TRUE(entry->d_name[5] == '0' || entry->d_name[5] == '1');
    inodes[entry->d_name[5] - '0'] = entry->d_ino;
    CHECK(fstatat(fd, entry->d_name, &stat, AT_SYMLINK_NOFOLLOW), 0);
    CHECK(stat.st_ino, entry->d_ino);
  }
  closedir(dir);
  CHECK_TRUE(inodes[0] && inodes[1] && inodes[0] != inodes[1]);
}

static void identity(void) {
  struct stat a, b;
  CHECK(fstat(open("file", O_RDONLY), &a), 0);
  CHECK(fstat(open("lseek.txt", O_RDONLY), &b), 0);
  CHECK(a.st_dev, b.st_dev);
  CHECK_TRUE(a.st_ino != b.st_ino);
}

static void clock_of(clockid_t id, int strictly) {
  struct timespec resolution, first, then;
  CHECK(clock_getres(id, &resolution), 0);
  CHECK(clock_gettime(id, &first), 0);
  CHECK(clock_gettime(id, &then), 0);
  long long passed = (then.tv_sec - first.tv_sec) * 1000000000ll + then.tv_nsec - first.tv_nsec;
  CHECK_TRUE(!strictly || passed > 0);
}

// Two readings in a row differ: the public suite wants a monotonic clock finer than a call takes.
static void clock_monotonic(void) { clock_of(CLOCK_MONOTONIC, 1); }
static void clock_realtime(void) { clock_of(CLOCK_REALTIME, 0); }

static void shutdown_of_no_socket(void) {
  CHECK(shutdown(STDOUT_FILENO, SHUT_RD), -1);
  CHECK(errno, ENOTSOCK);
}

// Given no directory, so that 3 is closed.
static void shutdown_of_nothing(void) {
  CHECK(shutdown(3, SHUT_RD), -1);
  CHECK(errno, EBADF);
}

static void file_is_no_terminal(void) { CHECK(isatty(open("file", O_RDONLY)), 0); }

static void sleep_a_little(void) {
  struct timespec before, after, wanted = {.tv_nsec = 5000000};
  CHECK(clock_gettime(CLOCK_MONOTONIC, &before), 0);
  CHECK(nanosleep(&wanted, 0), 0);
  CHECK(clock_gettime(CLOCK_MONOTONIC, &after), 0);
  CHECK_TRUE((after.tv_sec - before.tv_sec) * 1000000000ll + after.tv_nsec - before.tv_nsec >= 4000000);
}

static void poll_a_closed_descriptor(void) {
  struct pollfd polled = {.fd = 77, .events = POLLIN};
  CHECK(poll(&polled, 1, 1000), 1);
  CHECK(polled.revents & POLLNVAL, POLLNVAL);
}

CASES({"open-and-close", open_and_close}, {"open-without-a-grant", open_without_a_grant}, {"seek", seek},
      {"pread-in-the-middle", pread_in_the_middle}, {"pwrite-in-the-middle", pwrite_in_the_middle},
      {"pwrite-with-append", pwrite_with_append}, {"list-directory", list_directory}, {"identity", identity},
      {"clock-monotonic", clock_monotonic}, {"clock-realtime", clock_realtime},
      {"shutdown-of-no-socket", shutdown_of_no_socket}, {"shutdown-of-nothing", shutdown_of_nothing},
      {"file-is-no-terminal", file_is_no_terminal}, {"sleep-a-little", sleep_a_little},
      {"poll-a-closed-descriptor", poll_a_closed_descriptor})
