#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/capsicum.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

TEST(pipe_carries_bytes_one_way) {
  int ends[2];
  char text[4] = "";
  EQUAL(pipe(ends), 0);
  EQUAL(write(ends[1], "abc", 3), 3);
  EQUAL(read(ends[0], text, 4), 3);
  EQUAL(memcmp(text, "abc", 3), 0);
  FAILS(write(ends[0], "x", 1), EPIPE);
  EQUAL(read(ends[1], text, 1), 0);
  EQUAL(write(ends[1], "z", 1), 1);
  close(ends[1]);
  EQUAL(read(ends[0], text, 4), 1);
  EQUAL(read(ends[0], text, 4), 0);
  close(ends[0]);
}

TEST(pipe2_does_not_wait_and_refuses_other_flags) {
  int ends[2];
  char byte;
  EQUAL(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
  FAILS(read(ends[0], &byte, 1), EAGAIN);
  close(ends[0]);
  FAILS(write(ends[1], "x", 1), EPIPE);
  close(ends[1]);
  FAILS(pipe2(ends, O_APPEND), EINVAL);
}

TEST(socketpair_makes_streams_and_datagrams) {
  int ends[2];
  char text[8];
  EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  EQUAL(write(ends[0], "a", 1), 1);
  EQUAL(write(ends[0], "b", 1), 1);
  EQUAL(read(ends[1], text, 8), 2);
  EQUAL(write(ends[1], "c", 1), 1);
  EQUAL(read(ends[0], text, 8), 1);
  close(ends[0]);
  close(ends[1]);
  EQUAL(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, ends), 0);
  EQUAL(write(ends[0], "ab", 2), 2);
  EQUAL(write(ends[0], "c", 1), 1);
  EQUAL(read(ends[1], text, 8), 2);
  EQUAL(read(ends[1], text, 8), 1);
  FAILS(read(ends[1], text, 8), EAGAIN);
  close(ends[0]);
  close(ends[1]);
  FAILS(socketpair(AF_INET, SOCK_STREAM, 0, ends), EAFNOSUPPORT);
  FAILS(socketpair(AF_UNIX, 77, 0, ends), EPROTOTYPE);
  FAILS(socketpair(AF_UNIX, SOCK_STREAM, 5, ends), EPROTONOSUPPORT);
}

TEST(dup_is_the_same_file_under_another_number) {
  int file = openat(folder, "dup", O_RDWR | O_CREAT | O_TRUNC, 0666);
  int copy = dup(file);
  CHECK(copy >= 0 && copy != file);
  EQUAL(write(file, "abc", 3), 3);
  EQUAL(lseek(copy, 0, SEEK_CUR), 3);
  close(file);
  EQUAL(write(copy, "d", 1), 1);
  close(copy);
  FAILS(dup(copy), EBADF);
}

TEST(dup2_replaces_an_open_descriptor_only) {
  int first[2], second[2];
  char byte = 0;
  EQUAL(pipe(first), 0);
  EQUAL(pipe(second), 0);
  EQUAL(dup2(first[1], second[1]), second[1]);
  EQUAL(write(second[1], "q", 1), 1);
  EQUAL(read(first[0], &byte, 1), 1);
  EQUAL(byte, 'q');
  EQUAL(read(second[0], &byte, 1), 0);
  EQUAL(dup2(first[1], first[1]), first[1]);
  close(second[1]);
  FAILS(dup2(first[1], second[1]), EBADF);
  FAILS(dup2(second[1], first[1]), EBADF);
  close(first[0]);
  close(first[1]);
  close(second[0]);
}

/* Sends descriptors with a byte; gives the result of sendmsg. */
static ssize_t send_descriptors(int fd, const int *descriptors, size_t count) {
  union {
    struct cmsghdr header;
    char room[CMSG_SPACE(4 * sizeof(int))];
  } control;
  struct iovec vector = {.iov_base = "x", .iov_len = 1};
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control,
                           .msg_controllen = CMSG_SPACE(count * sizeof(int))};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(count * sizeof(int));
  memcpy(CMSG_DATA(header), descriptors, count * sizeof(int));
  return sendmsg(fd, &message, 0);
}

TEST(sendmsg_and_recvmsg_pass_descriptors) {
  int ends[2], passed[2];
  EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  EQUAL(pipe(passed), 0);
  EQUAL(send_descriptors(ends[0], passed, 2), 1);
  union {
    struct cmsghdr header;
    char room[CMSG_SPACE(4 * sizeof(int))];
  } control;
  char text[8];
  struct iovec vectors[2] = {{.iov_base = text, .iov_len = 0}, {.iov_base = text, .iov_len = 8}};
  struct msghdr message = {.msg_iov = vectors, .msg_iovlen = 2, .msg_control = &control,
                           .msg_controllen = sizeof(control)};
  EQUAL(recvmsg(ends[1], &message, 0), 1);
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  CHECK(header != NULL);
  EQUAL(header->cmsg_type, SCM_RIGHTS);
  EQUAL(header->cmsg_len, CMSG_LEN(2 * sizeof(int)));
  int received[2];
  memcpy(received, CMSG_DATA(header), sizeof(received));
  CHECK(CMSG_NXTHDR(&message, header) == NULL);
  EQUAL(write(received[1], "y", 1), 1);
  EQUAL(read(passed[0], text, 1), 1);
  close(received[0]);
  close(received[1]);
  /* Room for fewer, or for none: the rest is closed, and said. */
  EQUAL(send_descriptors(ends[0], passed, 2), 1);
  message.msg_controllen = CMSG_LEN(sizeof(int));
  EQUAL(recvmsg(ends[1], &message, 0), 1);
  CHECK((message.msg_flags & MSG_CTRUNC) != 0);
  EQUAL(message.msg_controllen, CMSG_LEN(sizeof(int)));
  memcpy(received, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(int));
  close(received[0]);
  EQUAL(send_descriptors(ends[0], passed, 1), 1);
  message.msg_control = NULL;
  message.msg_controllen = 0;
  EQUAL(recvmsg(ends[1], &message, MSG_PEEK), 1);
  EQUAL(recvmsg(ends[1], &message, 0), 1);
  CHECK((message.msg_flags & MSG_CTRUNC) != 0);
  CHECK(CMSG_FIRSTHDR(&message) == NULL);
  close(ends[0]);
  close(ends[1]);
  close(passed[0]);
  close(passed[1]);
}

TEST(sendmsg_refuses_other_control_data) {
  int ends[2];
  EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  struct cmsghdr header = {.cmsg_len = CMSG_LEN(0), .cmsg_level = SOL_SOCKET, .cmsg_type = 99};
  struct iovec vector = {.iov_base = "x", .iov_len = 1};
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = &header, .msg_controllen = sizeof(header)};
  FAILS(sendmsg(ends[0], &message, 0), EINVAL);
  header = (struct cmsghdr){.cmsg_len = 1000, .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
  FAILS(sendmsg(ends[0], &message, 0), EINVAL);
  header.cmsg_len = CMSG_LEN(0) + 1;
  FAILS(sendmsg(ends[0], &message, 0), EINVAL);
  int closed = ends[1];
  close(closed);
  message.msg_control = NULL;
  FAILS(sendmsg(closed, &message, 0), EBADF);
  int file = openat(folder, "no-socket", O_RDWR | O_CREAT, 0666);
  FAILS(sendmsg(file, &message, 0), ENOTSOCK);
  FAILS(recvmsg(file, &message, 0), ENOTSOCK);
  close(file);
  close(ends[0]);
}

TEST(cap_rights_are_sets) {
  cap_rights_t rights, other;
  cap_rights_init(&rights, CAP_READ, CAP_SEEK);
  CHECK(cap_rights_is_set(&rights, CAP_READ));
  CHECK(cap_rights_is_set(&rights, CAP_READ, CAP_SEEK_TELL));
  CHECK(!cap_rights_is_set(&rights, CAP_WRITE));
  CHECK(cap_rights_is_set(&rights, CAP_PREAD));
  cap_rights_set(&rights, CAP_WRITE);
  cap_rights_clear(&rights, CAP_READ);
  CHECK(!cap_rights_is_set(&rights, CAP_READ) && cap_rights_is_set(&rights, CAP_WRITE));
  cap_rights_init(&other, CAP_WRITE);
  CHECK(cap_rights_contains(&rights, &other));
  CHECK(!cap_rights_contains(&other, &rights));
  CHECK(cap_rights_merge(&other, &rights) == &other);
  CHECK(cap_rights_contains(&other, &rights));
  CHECK(cap_rights_remove(&other, &rights) == &other);
  CHECK(!cap_rights_is_set(&other, CAP_WRITE));
  CAP_ALL(&rights);
  CHECK(cap_rights_contains(&rights, &other));
  CAP_NONE(&rights);
  CHECK(!cap_rights_is_set(&rights, CAP_READ));
  cap_rights_init(&rights);
  CHECK(rights.private_bits == 0);
}

TEST(cap_rights_limit_gives_up_rights_for_good) {
  int ends[2];
  EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  cap_rights_t rights, base, inheriting;
  EQUAL(cap_rights_get(ends[0], &rights), 0);
  CHECK(cap_rights_is_set(&rights, CAP_READ, CAP_WRITE));
  cap_rights_init(&rights, CAP_READ);
  EQUAL(cap_rights_limit(ends[0], &rights), 0);
  FAILS(write(ends[0], "x", 1), EBADF);
  EQUAL(cap_rights_get_explicit(ends[0], &base, &inheriting), 0);
  CHECK(cap_rights_is_set(&base, CAP_READ) && !cap_rights_is_set(&base, CAP_WRITE));
  cap_rights_set(&base, CAP_WRITE);
  FAILS(cap_rights_limit_explicit(ends[0], &base, &inheriting), ENOTCAPABLE);
  EQUAL(write(ends[1], "x", 1), 1);
  char byte;
  EQUAL(read(ends[0], &byte, 1), 1);
  close(ends[0]);
  close(ends[1]);
  FAILS(cap_rights_get(ends[0], &rights), EBADF);
  FAILS(cap_rights_limit(ends[0], &rights), EBADF);
}

TEST(cap_mode_is_on_from_the_start) {
  unsigned mode = 0;
  EQUAL(cap_enter(), 0);
  EQUAL(cap_getmode(&mode), 0);
  EQUAL(mode, 1);
  CHECK(cap_sandboxed());
}

TEST(mmap_gives_memory_and_copies_of_files) {
  char *memory = mmap(NULL, 100000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
  CHECK(memory != MAP_FAILED);
  EQUAL(memory[99999], 0);
  memory[99999] = 5;
  EQUAL(mprotect(memory, 65536, PROT_READ | PROT_WRITE), 0);
  FAILS(mprotect(memory, 65536, PROT_NONE), ENOTSUP);
  EQUAL(msync(memory, 65536, MS_SYNC), 0);
  EQUAL(posix_madvise(memory, 65536, POSIX_MADV_WILLNEED), 0);
  EQUAL(posix_madvise(memory, 65536, 77), EINVAL);
  EQUAL(munmap(memory, 131072), 0);
  int file = openat(folder, "mapped", O_RDWR | O_CREAT | O_TRUNC, 0666);
  EQUAL(write(file, "hello", 5), 5);
  char *mapped = mmap(NULL, 5, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
  CHECK(mapped != MAP_FAILED && memcmp(mapped, "hello", 5) == 0);
  if (mapped == MAP_FAILED)
    return;
  mapped[0] = 'j';
  char byte;
  EQUAL(pread(file, &byte, 1, 0), 1);
  EQUAL(byte, 'h');
  errno = 0;
  CHECK(mmap(NULL, 5, PROT_READ, MAP_SHARED, file, 0) == MAP_FAILED);
  CHECK(errno == ENODEV || errno == ENOTCAPABLE);
  CHECK(mmap(NULL, 5, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0) == MAP_FAILED);
  CHECK(mmap(NULL, 5, PROT_READ, 0, file, 0) == MAP_FAILED);
  EQUAL(errno, EINVAL);
  CHECK(mmap(NULL, 5, PROT_READ, MAP_PRIVATE, file, -1) == MAP_FAILED);
  close(file);
}

TEST(poll_and_select_wait_on_made_descriptors) {
  int ends[2], other[2];
  EQUAL(pipe(ends), 0);
  EQUAL(socketpair(AF_UNIX, SOCK_DGRAM, 0, other), 0);
  struct pollfd polled[] = {{.fd = ends[0], .events = POLLIN}, {.fd = other[0], .events = POLLIN | POLLOUT}};
  EQUAL(poll(polled, 2, 0), 1);
  EQUAL(polled[0].revents, 0);
  EQUAL(polled[1].revents, POLLOUT);
  EQUAL(write(ends[1], "x", 1), 1);
  EQUAL(poll(polled, 2, -1), 2);
  EQUAL(polled[0].revents, POLLIN);
  EQUAL(poll(polled, 1, 1000), 1);
  char byte;
  EQUAL(read(ends[0], &byte, 1), 1);
  EQUAL(poll(polled, 1, 1), 0);
  close(ends[1]);
  EQUAL(poll(polled, 1, -1), 1);
  CHECK((polled[0].revents & (POLLIN | POLLHUP)) != 0);
  close(ends[0]);
  close(other[0]);
  close(other[1]);
}

TEST(openat_family_works_beneath_a_directory) {
  struct stat stat;
  EQUAL(mkdirat(folder, "d", 0777), 0);
  FAILS(mkdirat(folder, "d", 0777), EEXIST);
  int directory = openat(folder, "d", O_RDONLY | O_DIRECTORY);
  CHECK(directory >= 0);
  int file = openat(directory, "f", O_WRONLY | O_CREAT | O_EXCL, 0666);
  EQUAL(write(file, "12345", 5), 5);
  close(file);
  struct timespec times[2] = {{.tv_sec = 1000, .tv_nsec = 5000}, {.tv_sec = 2000}};
  EQUAL(utimensat(directory, "f", times, 0), 0);
  EQUAL(fstatat(folder, "d/f", &stat, 0), 0);
  EQUAL(stat.st_size, 5);
  EQUAL(stat.st_atim.tv_sec, 1000);
  EQUAL(stat.st_mtim.tv_sec, 2000);
  EQUAL(linkat(directory, "f", folder, "g", 0), 0);
  EQUAL(renameat(folder, "g", directory, "h"), 0);
  EQUAL(symlinkat("h", directory, "l"), 0);
  char target[8] = "";
  EQUAL(readlinkat(directory, "l", target, sizeof(target)), 1);
  EQUAL(fstatat(directory, "l", &stat, AT_SYMLINK_NOFOLLOW), 0);
  CHECK(S_ISLNK(stat.st_mode));
  EQUAL(faccessat(directory, "h", R_OK, 0), 0);
  FAILS(faccessat(directory, "none", F_OK, 0), ENOENT);
  FAILS(openat(directory, "../../etc", O_RDONLY), ENOTCAPABLE);
  FAILS(unlinkat(folder, "d", AT_REMOVEDIR), ENOTEMPTY);
  EQUAL(unlinkat(directory, "f", 0), 0);
  EQUAL(unlinkat(directory, "h", 0), 0);
  EQUAL(unlinkat(directory, "l", 0), 0);
  close(directory);
  EQUAL(unlinkat(folder, "d", AT_REMOVEDIR), 0);
}

TEST(a_place_in_a_directory_is_found_again) {
  enum { FILES = 40 };
  EQUAL(mkdirat(folder, "places", 0700), 0);
  int directory = openat(folder, "places", O_RDONLY | O_DIRECTORY);
  for (int i = 0; i < FILES; ++i) {
    char name[16];
    snprintf(name, sizeof(name), "file-%d", i);
    int fd = openat(directory, name, O_CREAT | O_WRONLY, 0600);
    CHECK(fd >= 0);
    close(fd);
  }
  DIR *stream = fdopendir(directory);
  static char names[FILES + 2][16];
  static long places[FILES + 2];
  int count = 0;
  for (;;) {
    long place = telldir(stream);
    struct dirent *entry = readdir(stream);
    if (entry == NULL)
      break;
    CHECK(count < FILES + 2);
    places[count] = place;
    snprintf(names[count++], sizeof(names[0]), "%s", entry->d_name);
  }
  EQUAL(count, FILES + 2);
  for (int i = count - 1; i >= 0; i -= 3) {
    seekdir(stream, places[i]);
    CHECK(strcmp(readdir(stream)->d_name, names[i]) == 0);
  }
  rewinddir(stream);
  CHECK(strcmp(readdir(stream)->d_name, names[0]) == 0);
  closedir(stream);
}

TEST(no_file_is_a_queue_a_semaphore_or_memory) {
  struct stat found;
  EQUAL(fstat(folder, &found), 0);
  CHECK(S_ISDIR(found.st_mode));
  CHECK(!S_TYPEISMQ(&found) && !S_TYPEISSEM(&found) && !S_TYPEISSHM(&found));
}
