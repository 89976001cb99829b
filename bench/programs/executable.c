/*
 * What does a CloudABI executable cost? Compiled for this machine with cc -O2, and with `cloudabi cc --native -DCLOUDABI_PROGRAM`;
 * prints a name and nanoseconds of processor time a time, the least of several rounds. The first descriptor is for output, the second
 * is /dev/null.
 */
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>
#ifdef CLOUDABI_PROGRAM
#include <argdata.h>
#include <cloudabi_syscalls.h>
void program_main(const argdata_t *ad);
#endif

/* Short rounds, of which some are not interrupted. */
enum { ROUNDS = 7, CALLS = 20000, STEPS = 20000000, SHORT_ROUNDS = 500, FEW_CALLS = 100 };

static int output = 1, sink = 1;

static double now(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void write_64(int count) {
  static const char bytes[64];
  for (int i = 0; i < count; i++)
    if (write(sink, bytes, sizeof(bytes)) != sizeof(bytes))
      return;
}

static volatile unsigned result;

static void compute(int count) {
  unsigned value = 1;
  for (int i = 0; i < count; i++)
    value = value * 1664525u + (1013904223u ^ value >> 13);
  result = value;
}

#ifdef CLOUDABI_PROGRAM
static void handed_over(int count) {
  cloudabi_fdstat_t stat;
  for (int i = 0; i < count; i++)
    cloudabi_sys_fd_stat_get((cloudabi_fd_t)sink, &stat);
}
#endif

static void measure(const char *name, void (*work)(int), int rounds, int count, clockid_t clock) {
  double least = 0;
  for (int round = 0; round < rounds; round++) {
    double start = now(clock);
    work(count);
    double time = (now(clock) - start) / count;
    if (round == 0 || time < least)
      least = time;
  }
  dprintf(output, "%s %.3f\n", name, least);
}

static void all(void) {
  measure("write-64", write_64, ROUNDS, CALLS, CLOCK_THREAD_CPUTIME_ID);
  measure("compute", compute, ROUNDS, STEPS, CLOCK_THREAD_CPUTIME_ID);
#ifdef CLOUDABI_PROGRAM
  /* Both processes take part in it. */
  measure("handed-over", handed_over, SHORT_ROUNDS, FEW_CALLS, CLOCK_MONOTONIC);
#endif
}

#ifdef CLOUDABI_PROGRAM
void program_main(const argdata_t *ad) {
  (void)ad;
  output = 0;
  sink = 1;
  all();
}
#else
int main(void) {
  sink = open("/dev/null", O_WRONLY);
  all();
}
#endif
