/* Times system calls and prints nanoseconds per call, one line each. The same source runs natively, under
 * node:wasi, wasmtime and cloudabi. Arguments: a directory to work in, which holds `many/` with 10,000 files; `main` has
 * each loop stand in main and run once, beginning cold, in place of short loops that run again and again. */
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

static int directory, file;
static char buffer[65536];
static struct timespec spec;
static struct stat status;

static void read_directory(void) {
  DIR *entries = fdopendir(openat(directory, "many", O_RDONLY | O_DIRECTORY));
  int found = 0;
  while (readdir(entries) != NULL)
    found++;
  closedir(entries);
  if (found < 10000)
    abort();
}

/* Each call in a loop of its own, as a program's hot loop would be. */
#define LOOP(name, call)            \
  static void name(int count) {     \
    for (int i = 0; i < count; i++) \
      call;                         \
  }
LOOP(monotonic, clock_gettime(CLOCK_MONOTONIC, &spec))
LOOP(realtime, clock_gettime(CLOCK_REALTIME, &spec))
LOOP(pread_64, pread(file, buffer, 64, 0))
LOOP(pread_64k, pread(file, buffer, sizeof buffer, 0))
LOOP(pwrite_64, pwrite(file, buffer, 64, 0))
LOOP(pwrite_64k, pwrite(file, buffer, sizeof buffer, 0))
LOOP(stat_file, fstatat(directory, "file", &status, 0))
LOOP(open_close, close(openat(directory, "file", O_RDONLY)))
LOOP(readdir_10000, read_directory())

static struct {
  const char *name;
  void (*run)(int count);
  int count;
  /* In which rounds: some calls take very long somewhere, and are made once if that is more than a second. */
  int every;
  double best;
} calls[] = {
    {"clock", monotonic, 10000, 1, 1e18},        {"realtime", realtime, 10000, 1, 1e18},
    {"pread-64", pread_64, 2000, 1, 1e18},       {"pread-64k", pread_64k, 300, 1, 1e18},
    {"pwrite-64", pwrite_64, 2000, 1, 1e18},     {"pwrite-64k", pwrite_64k, 300, 1, 1e18},
    {"stat", stat_file, 1000, 1, 1e18},          {"open+close", open_close, 500, 1, 1e18},
    {"readdir-10000", readdir_10000, 1, 8, 1e18},
};
#define CALLS (sizeof calls / sizeof calls[0])
#define ROUNDS 25

/* A loop of a function that runs once: engines compile it for their first tier only. */
#define ONCE(name, count, call)                              \
  do {                                                       \
    double start = now();                                    \
    for (int i = 0; i < count; i++)                          \
      call;                                                  \
    printf(name ", in main %.1f\n", (now() - start) / count); \
  } while (0)

int main(int argc, char **argv) {
  if (argc < 2)
    return 2;
  directory = open(argv[1], O_RDONLY | O_DIRECTORY);
  file = openat(directory, "file", O_RDWR | O_CREAT, 0666);
  if (directory < 0 || file < 0)
    return 3;
  if (pwrite(file, buffer, sizeof buffer, 0) != sizeof buffer)
    return 4;
  if (argc > 2 && strcmp(argv[2], "main") == 0) {
    ONCE("clock", 50000, clock_gettime(CLOCK_MONOTONIC, &spec));
    ONCE("realtime", 50000, clock_gettime(CLOCK_REALTIME, &spec));
    ONCE("pread-64", 20000, pread(file, buffer, 64, 0));
    ONCE("pwrite-64", 20000, pwrite(file, buffer, 64, 0));
    ONCE("stat", 20000, fstatat(directory, "file", &status, 0));
    ONCE("open+close", 20000, close(openat(directory, "file", O_RDONLY)));
    return 0;
  }
  /* Short rounds over all calls, the least of each: noise of the machine only ever adds, and comes in waves. */
  for (int round = 0; round < ROUNDS; round++) {
    for (size_t i = 0; i < CALLS; i++) {
      if (round % calls[i].every != 0 || (round > 0 && calls[i].best > 1e9))
        continue;
      double start = now();
      calls[i].run(calls[i].count);
      double each = (now() - start) / calls[i].count;
      if (each < calls[i].best)
        calls[i].best = each;
    }
  }
  for (size_t i = 0; i < CALLS; i++)
    printf("%s %.1f\n", calls[i].name, calls[i].best);
  return 0;
}
