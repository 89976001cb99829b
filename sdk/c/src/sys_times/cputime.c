#include <cloudabi_syscalls.h>
#include <sys/resource.h>
#include <sys/times.h>
#include <time.h>

#include "../result.h"

/* The processor time of this process in nanoseconds; the kernel does not say how much of it was its own. */
static cloudabi_timestamp_t used(void) {
  cloudabi_timestamp_t time = 0;
  cloudabi_sys_clock_time_get(CLOUDABI_CLOCK_PROCESS_CPUTIME_ID, 1, &time);
  return time;
}

clock_t clock(void) {
  return (clock_t)(used() / (1000000000 / CLOCKS_PER_SEC));
}

clock_t times(struct tms *times) {
  *times = (struct tms){.tms_utime = clock()};
  cloudabi_timestamp_t now = 0;
  cloudabi_sys_clock_time_get(CLOUDABI_CLOCK_MONOTONIC, 1, &now);
  return (clock_t)(now / (1000000000 / CLOCKS_PER_SEC));
}

int getrusage(int which, struct rusage *usage) {
  if (which != RUSAGE_SELF && which != RUSAGE_CHILDREN)
    return result_of(EINVAL);
  *usage = (struct rusage){0};
  if (which == RUSAGE_SELF) {
    cloudabi_timestamp_t time = used();
    usage->ru_utime = (struct timeval){.tv_sec = (time_t)(time / 1000000000), .tv_usec = (suseconds_t)(time / 1000 % 1000000)};
  }
  return 0;
}
