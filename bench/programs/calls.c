/* Times system calls and prints nanoseconds per call, one line each. The same source runs natively, under
 * node:wasi and under cloudabi. Argument: a directory to work in, which holds `many/` with 10,000 files. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

/* The least of several rounds: noise of the machine only ever adds. */
#define MEASURE(name, count, call)                 \
  do {                                             \
    double best = 1e18;                            \
    for (int round = 0; round < 7; round++) {      \
      double start = now();                        \
      for (int i = 0; i < (count); i++) {          \
        call;                                      \
      }                                            \
      double each = (now() - start) / (count);     \
      if (each < best)                             \
        best = each;                               \
    }                                              \
    printf("%s %.1f\n", name, best);               \
  } while (0)

static char buffer[65536];

static void list(int directory) {
  int fd = openat(directory, "many", O_RDONLY | O_DIRECTORY);
  DIR *entries = fdopendir(fd);
  int found = 0;
  while (readdir(entries) != NULL)
    found++;
  closedir(entries);
  if (found < 10000)
    abort();
}

int main(int argc, char **argv) {
  if (argc < 2)
    return 2;
  int directory = open(argv[1], O_RDONLY | O_DIRECTORY);
  int file = openat(directory, "file", O_RDWR | O_CREAT, 0666);
  if (directory < 0 || file < 0)
    return 3;
  if (pwrite(file, buffer, sizeof buffer, 0) != sizeof buffer)
    return 4;
  struct timespec time;
  struct stat status;
  MEASURE("clock", 20000, clock_gettime(CLOCK_MONOTONIC, &time));
  MEASURE("realtime", 20000, clock_gettime(CLOCK_REALTIME, &time));
  MEASURE("pread-64", 20000, pread(file, buffer, 64, 0));
  MEASURE("pread-64k", 4000, pread(file, buffer, sizeof buffer, 0));
  MEASURE("pwrite-64", 20000, pwrite(file, buffer, 64, 0));
  MEASURE("pwrite-64k", 2000, pwrite(file, buffer, sizeof buffer, 0));
  MEASURE("stat", 10000, fstatat(directory, "file", &status, 0));
  MEASURE("open+close", 10000, close(openat(directory, "file", O_RDONLY)));
  MEASURE("readdir-10000", 3, list(directory));
  return 0;
}
