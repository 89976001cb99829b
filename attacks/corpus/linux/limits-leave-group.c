// Route: leaves the control group that limits it, or makes one of its own beneath it
// Known from: CVE-2022-0492 (kernel, cgroups of version 1 in containers), first principles
// Grants: { base: system, limits: { memory: 512 MiB, processes: 50 } }
// Refused: ENOENT, EACCES, EROFS, EPERM
// Twin: finds its own process in /proc
// Unconfined: cannot run: it would change the groups of the host
// Worlds: walls
#include "attempt.h"

static const char *const groups[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/memory", "/sys/fs/cgroup/pids",
                                     "/sys/fs/cgroup/unified", "/proc/self/root/sys/fs/cgroup"};
static const char *const files[] = {"cgroup.procs", "tasks", "memory.max", "memory.limit_in_bytes", "pids.max"};

int main(void) {
  long result = -1;
  int answer = ENOENT;
  for (unsigned group = 0; group < sizeof groups / sizeof *groups && result == -1; group++) {
    char path[128];
    for (unsigned file = 0; file < sizeof files / sizeof *files && result == -1; file++) {
      snprintf(path, sizeof path, "%s/%s", groups[group], files[file]);
      result = open(path, O_WRONLY);
      if (result == -1 && errno != ENOENT) answer = errno;
    }
    snprintf(path, sizeof path, "%s/own", groups[group]);
    if (result == -1) result = mkdir(path, 0777);
    if (result == -1 && errno != ENOENT) answer = errno;
  }
  errno = answer;
  attempt(result);
  twin(access("/proc/self/stat", R_OK));
}
