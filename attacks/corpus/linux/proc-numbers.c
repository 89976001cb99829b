// Route: tells from /proc how busy the machine is with the work of others
// Known from: lxcfs exists because containers see /proc/stat, loadavg and diskstats of the machine
// Grants: { proc: true }
// Refused: nothing
// Twin: reads how many processors it has
// Unconfined: works
// Worlds: walls
#include "attempt.h"

/// The sum of the numbers in a line that is not idle time.
static long long busy(void) {
  long long n[10] = {0}, interrupts = 0;
  FILE *file = fopen("/proc/stat", "r");
  char line[65536];
  while (file && fgets(line, sizeof line, file)) {
    long long one[10] = {0};
    if (strncmp(line, "cpu ", 4) == 0 && sscanf(line, "cpu %lld %lld %lld %lld %lld %lld %lld %lld", one, one + 1, one + 2, one + 3, one + 4,
               one + 5, one + 6, one + 7) == 8)
      memcpy(n, one, sizeof n);
    long long count;
    if (sscanf(line, "intr %lld", &count) == 1 || sscanf(line, "ctxt %lld", &count) == 1) interrupts += count;
  }
  return n[0] + n[1] + n[2] + n[4] + n[5] + n[6] + n[7] + interrupts;
}

static double idle(void) {
  double up = 0, sum = 0;
  FILE *file = fopen("/proc/uptime", "r");
  if (file) fscanf(file, "%lf %lf", &up, &sum);
  return sum;
}

static long size_of(const char *path) {
  static char text[65536];
  int file = open(path, O_RDONLY);
  return file == -1 ? 0 : read(file, text, sizeof text);
}

int main(void) {
  int told = busy() != 0 || idle() != 0 || size_of("/proc/diskstats") > 0 || size_of("/proc/interrupts") > 0;
  answer("attempt", told ? "ok" : "nothing");
  twin(sysconf(_SC_NPROCESSORS_ONLN));
}
