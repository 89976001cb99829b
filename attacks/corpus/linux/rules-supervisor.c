// Route: stops, kills or traces the supervisor, and reads its memory, its descriptors and the files that it holds
// Known from: first principles; CVE-2019-5736 (runc): /proc/PID/exe of the starter of a program
// Grants: {rules: ['hide $WORK/way/held'], base: system, system_calls: [debug]}
// Refused: EPERM, EACCES, ENOENT, ESRCH, EBADF
// Twin: reads the name of the first process
// Unconfined: cannot run: the first process is another one
// Worlds: walls
#include "attempt.h"
#include <sys/ptrace.h>
#include <sys/uio.h>

int main(void) {
  const char *names[] = {"mem", "maps", "environ", "auxv", "exe", "cwd/etc", "root/etc", "fd", "fd/0", "task/1/mem", "map_files", "pagemap", "syscall", "stack"};
  int found = -1;
  for (pid_t id = 1; id < 20 && found == -1; id++) {
    if (id == getpid()) continue;
    for (unsigned i = 0; i < sizeof names / sizeof *names && found == -1; i++) {
      char *path;
      asprintf(&path, "/proc/%d/%s", id, names[i]);
      found = open(path, O_RDONLY);
    }
    for (int number = 0; number < 200 && found == -1; number++) {
      char *path;
      asprintf(&path, "/proc/%d/fd/%d", id, number);
      found = open(path, O_PATH);
    }
    char byte;
    struct iovec local = {&byte, 1}, remote = {(void *)0x20000000, 1};
    if (found == -1 && process_vm_readv(id, &local, 1, &remote, 1, 0) == 1) found = 0;
    if (found == -1 && ptrace(PTRACE_ATTACH, id, 0, 0) == 0) found = 0;
    int process = (int)syscall(SYS_pidfd_open, id, 0);
    for (int number = 0; process != -1 && number < 200 && found == -1; number++)
      found = (int)syscall(SYS_pidfd_getfd, process, number, 0);
    kill(id, SIGSTOP);
    kill(id, SIGUSR1);
    kill(id, 62);
    kill(id, SIGKILL);
  }
  if (found == -1) found = open(at("WORK", "/way/held"), O_RDONLY);
  attempt(found);
  twin(open("/proc/1/status", O_RDONLY));
}
