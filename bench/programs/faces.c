/* Times the same calls through both faces, in turns, and prints nanoseconds: call, WASI, CloudABI.
 * Argument: a directory to work in. */
#include <cloudabi_syscalls.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <wasi/api.h>

#define ROUNDS 60

static int directory, file;
static char buffer[65536];
static __wasi_timestamp_t wasi_time;
static __wasi_fdstat_t wasi_fdstat;
static __wasi_filestat_t wasi_filestat;
static cloudabi_timestamp_t time_;
static cloudabi_fdstat_t fdstat;
static cloudabi_filestat_t filestat;
static size_t done;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

#define PAIR(name, wasi, cloudabi)         \
  static void name##_wasi(int count) {     \
    for (int i = 0; i < count; i++)        \
      (void)wasi;                          \
  }                                        \
  static void name##_cloudabi(int count) { \
    for (int i = 0; i < count; i++)        \
      (void)cloudabi;                      \
  }

static const __wasi_iovec_t wasi_64 = {(uint8_t *)buffer, 64}, wasi_64k = {(uint8_t *)buffer, sizeof buffer};
static const __wasi_ciovec_t wasi_w64 = {(const uint8_t *)buffer, 64};
static const cloudabi_iovec_t read_64 = {buffer, 64}, read_64k = {buffer, sizeof buffer};
static const cloudabi_ciovec_t write_64 = {buffer, 64};
static __wasi_size_t wasi_done;
static const cloudabi_lookup_t lookup = {.flags = CLOUDABI_LOOKUP_SYMLINK_FOLLOW};

PAIR(clock_get, __wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 1, &wasi_time),
     cloudabi_sys_clock_time_get(CLOUDABI_CLOCK_MONOTONIC, 1, &time_))
PAIR(random_16, __wasi_random_get((uint8_t *)buffer, 16), cloudabi_sys_random_get(buffer, 16))
PAIR(fd_stat, __wasi_fd_fdstat_get(file, &wasi_fdstat), cloudabi_sys_fd_stat_get(file, &fdstat))
PAIR(pread_64, __wasi_fd_pread(file, &wasi_64, 1, 0, &wasi_done), cloudabi_sys_fd_pread(file, &read_64, 1, 0, &done))
PAIR(pread_64k, __wasi_fd_pread(file, &wasi_64k, 1, 0, &wasi_done),
     cloudabi_sys_fd_pread(file, &read_64k, 1, 0, &done))
PAIR(pwrite_64, __wasi_fd_pwrite(file, &wasi_w64, 1, 0, &wasi_done),
     cloudabi_sys_fd_pwrite(file, &write_64, 1, 0, &done))
PAIR(stat_fd, __wasi_fd_filestat_get(file, &wasi_filestat), cloudabi_sys_file_stat_fget(file, &filestat))
static cloudabi_lookup_t here(void) {
  cloudabi_lookup_t at = lookup;
  at.fd = (cloudabi_fd_t)directory;
  return at;
}
PAIR(stat_path, __wasi_path_filestat_get(directory, __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW, "file", &wasi_filestat),
     cloudabi_sys_file_stat_get(here(), "file", 4, &filestat))

static struct {
  const char *name;
  void (*wasi)(int), (*cloudabi)(int);
  int count;
  double best[2];
} calls[] = {
    {"clock", clock_get_wasi, clock_get_cloudabi, 4000, {1e18, 1e18}},
    {"random-16", random_16_wasi, random_16_cloudabi, 2000, {1e18, 1e18}},
    {"fd_stat", fd_stat_wasi, fd_stat_cloudabi, 4000, {1e18, 1e18}},
    {"pread-64", pread_64_wasi, pread_64_cloudabi, 1000, {1e18, 1e18}},
    {"pread-64k", pread_64k_wasi, pread_64k_cloudabi, 200, {1e18, 1e18}},
    {"pwrite-64", pwrite_64_wasi, pwrite_64_cloudabi, 1000, {1e18, 1e18}},
    {"stat of a descriptor", stat_fd_wasi, stat_fd_cloudabi, 1000, {1e18, 1e18}},
    {"stat of a path", stat_path_wasi, stat_path_cloudabi, 500, {1e18, 1e18}},
};
#define CALLS (sizeof calls / sizeof calls[0])

int main(int argc, char **argv) {
  if (argc < 2)
    return 2;
  directory = open(argv[1], O_RDONLY | O_DIRECTORY);
  file = openat(directory, "file", O_RDWR | O_CREAT, 0666);
  if (directory < 0 || file < 0 || write(file, buffer, sizeof buffer) != sizeof buffer)
    return 3;
  for (int round = 0; round < ROUNDS; round++)
    for (size_t i = 0; i < CALLS; i++)
      /* Each face goes first in every other round. */
      for (int turn = 0; turn < 2; turn++) {
        int face = (turn + round) % 2;
        double start = now();
        (face == 0 ? calls[i].wasi : calls[i].cloudabi)(calls[i].count);
        double each = (now() - start) / calls[i].count;
        if (each < calls[i].best[face])
          calls[i].best[face] = each;
      }
  for (size_t i = 0; i < CALLS; i++)
    printf("%s\t%.1f\t%.1f\n", calls[i].name, calls[i].best[0], calls[i].best[1]);
  return 0;
}
