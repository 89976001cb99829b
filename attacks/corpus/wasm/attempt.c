// The part that all attempts in C share: finds what was granted, makes the attempt that argdata names, and answers.
#include "attempt.h"
#include <time.h>
#ifdef __wasi__
#include <cloudabi.h>
#include <program.h>
#endif

int readable = -1, work = -1, journal = -1, self = -1, peer = -1, network = -1, channel = -1;
unsigned http_port, other_port;
const char *base = "";

// The generated list of all attempts; a name that is empty ends it.
struct attempt {
  const char *name;
  const char *(*attempt)(void);
  const char *(*twin)(void);
};
extern const struct attempt attempts[];

const char *named(int error) {
  switch (error) {
  case 0: return "ok";
#define NAME(name) case name: return #name;
    NAME(E2BIG) NAME(EACCES) NAME(EAGAIN) NAME(EBADF) NAME(EBUSY) NAME(EDEADLK) NAME(EDQUOT) NAME(EEXIST)
    NAME(EFAULT) NAME(EFBIG) NAME(EILSEQ) NAME(EINTR) NAME(EINVAL) NAME(EIO) NAME(EISDIR) NAME(ELOOP) NAME(EMFILE)
    NAME(EMSGSIZE) NAME(ENAMETOOLONG) NAME(ENFILE) NAME(ENODEV) NAME(ENOENT) NAME(ENOEXEC) NAME(ENOMEM)
    NAME(ENOSPC) NAME(ENOSYS) NAME(ENOTDIR) NAME(ENOTEMPTY) NAME(ENOTSOCK) NAME(ENOTSUP) NAME(ENXIO) NAME(EOVERFLOW)
    NAME(EPERM) NAME(EPIPE) NAME(EROFS) NAME(ESPIPE) NAME(ETXTBSY) NAME(EXDEV)
#ifdef ENOTCAPABLE
    NAME(ENOTCAPABLE)
#endif
  }
  static char number[24];
  snprintf(number, sizeof(number), "errno-%d", error);
  return number;
}

const char *done(int result) { return result < 0 ? named(errno) : "ok"; }

const char *opened(int fd) {
  if (fd < 0)
    return named(errno);
  close(fd);
  return "ok";
}

const char *reads(int directory, const char *path) {
  int fd = openat(directory, path, O_RDONLY);
  if (fd < 0)
    return named(errno);
  char bytes[64];
  ssize_t length = read(fd, bytes, sizeof(bytes));
  const char *answer = length > 0 ? "ok" : length == 0 ? "empty" : named(errno);
  close(fd);
  return answer;
}

const char *writes(int directory, const char *path) {
  int fd = openat(directory, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (fd < 0)
    return named(errno);
  const char *answer = write(fd, "written", 7) == 7 ? "ok" : named(errno);
  close(fd);
  return answer;
}

static uint64_t milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}
struct race begin_race(void) {
#ifdef __wasi__
  const unsigned length = 700;
#else
  const unsigned length = 45000;
#endif
  return (struct race){.end = milliseconds() + length};
}
bool race_goes_on(struct race *race) { return race->round++ % 16 != 0 || milliseconds() < race->end; }

// Makes an attempt unless only its twin is asked for.
static int answer(int output, const char *name, bool only_twin) {
  for (const struct attempt *it = attempts; it->name[0] != '\0'; it++) {
    if (strcmp(it->name, name) != 0)
      continue;
    if (!only_twin)
      dprintf(output, "attempt: %s\n", it->attempt());
    dprintf(output, "twin: %s\n", it->twin());
    return 0;
  }
  dprintf(output, "no attempt is called %s\n", name);
  return 1;
}

#ifdef __wasi__
#include <stdlib.h>

void program_main(const argdata_t *ad) {
  int output = -1;
  argdata_map_iterator_t value_at;
  const argdata_t *value;
  const char *name = "";
  bool only_twin = false;
  program_argument_fd(ad, "output", &output);
  program_argument_fd(ad, "readable", &readable);
  program_argument_fd(ad, "work", &work);
  program_argument_fd(ad, "journal", &journal);
  program_argument_fd(ad, "self", &self);
  program_argument_fd(ad, "peer", &peer);
  program_argument_fd(ad, "network", &network);
  program_argument_fd(ad, "channel", &channel);
  argdata_map_iterator_t port_at;
  const argdata_t *port;
  if (program_argument(ad, "http_port", &port_at, &port) == 0)
    argdata_get_int(port, &http_port);
  if (program_argument(ad, "other_port", &port_at, &port) == 0)
    argdata_get_int(port, &other_port);
  if (program_argument(ad, "base", &value_at, &value) == 0)
    argdata_get_str_c(value, &base);
  if (program_argument(ad, "twin", &value_at, &value) == 0)
    argdata_get_bool(value, &only_twin);
  argdata_map_iterator_t chosen_at;
  const argdata_t *chosen;
  if (program_argument(ad, "attempt", &chosen_at, &chosen) == 0)
    argdata_get_str_c(chosen, &name);
  exit(answer(output, name, only_twin));
}
#else
// Without walls: arguments are the folder and the name of the attempt.
int main(int argc, char **argv) {
  if (argc < 3)
    return 2;
  base = argv[1];
  int folder = open(base, O_RDONLY | O_DIRECTORY);
  readable = openat(folder, "read", O_RDONLY | O_DIRECTORY);
  work = openat(folder, "work", O_RDONLY | O_DIRECTORY);
  journal = openat(folder, "journal", O_WRONLY | O_APPEND);
  return answer(1, argv[2], false);
}
#endif
