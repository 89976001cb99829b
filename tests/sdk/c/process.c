#include <signal.h>
#include <sys/resource.h>
#include <sys/times.h>
#include <time.h>

#include "check.h"

TEST(signal_sets_hold_signals) {
  sigset_t set;
  EQUAL(sigemptyset(&set), 0);
  EQUAL(sigismember(&set, SIGTERM), 0);
  EQUAL(sigaddset(&set, SIGTERM), 0);
  EQUAL(sigaddset(&set, 64), 0);
  EQUAL(sigismember(&set, SIGTERM), 1);
  EQUAL(sigismember(&set, 64), 1);
  EQUAL(sigdelset(&set, SIGTERM), 0);
  EQUAL(sigismember(&set, SIGTERM), 0);
  FAILS(sigaddset(&set, 0), EINVAL);
  FAILS(sigdelset(&set, 65), EINVAL);
  FAILS(sigismember(&set, -1), EINVAL);
  EQUAL(sigfillset(&set), 0);
  EQUAL(sigismember(&set, SIGCHLD), 1);
}

static volatile sig_atomic_t seen;
static void note(int number) { seen = number; }

TEST(raise_calls_the_handler) {
  CHECK(signal(SIGUSR1, note) == SIG_DFL);
  EQUAL(raise(SIGUSR1), 0);
  EQUAL(seen, SIGUSR1);
  CHECK(signal(SIGUSR1, SIG_IGN) == note);
  seen = 0;
  EQUAL(raise(SIGUSR1), 0);
  EQUAL(seen, 0);
  CHECK(strcmp(strsignal(SIGTERM), strsignal(SIGINT)) != 0);
}

TEST(processor_time_is_what_was_used) {
  clock_t before = clock();
  struct rusage usage;
  struct tms times_used;
  struct timespec process, thread;
  volatile unsigned work = 0;
  while (clock() == before)
    for (int i = 0; i < 100000; ++i)
      work += (unsigned)i;
  EQUAL(getrusage(RUSAGE_SELF, &usage), 0);
  CHECK(usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec >= before / (CLOCKS_PER_SEC / 1000000));
  EQUAL(getrusage(RUSAGE_CHILDREN, &usage), 0);
  EQUAL(usage.ru_utime.tv_sec + usage.ru_utime.tv_usec, 0);
  FAILS(getrusage(9, &usage), EINVAL);
  CHECK(times(&times_used) != (clock_t)-1);
  CHECK(times_used.tms_utime > before);
  EQUAL(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &process), 0);
  EQUAL(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &thread), 0);
  CHECK(process.tv_sec > 0 || process.tv_nsec > 0);
}
