// Route: counts events of the processor
// Known from: CVE-2013-2094 (kernel, perf)
// Refused: EPERM
// Twin: asks for the time
// Unconfined: works
#include "attempt.h"
#include <linux/perf_event.h>
#include <time.h>

int main(void) {
  struct perf_event_attr attributes = {.type = PERF_TYPE_SOFTWARE,
                                       .size = sizeof attributes,
                                       .config = PERF_COUNT_SW_TASK_CLOCK,
                                       .exclude_kernel = 1,
                                       .exclude_hv = 1};
  struct timespec now;
  attempt(syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0));
  twin(clock_gettime(CLOCK_MONOTONIC, &now));
}
