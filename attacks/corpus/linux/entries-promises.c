// Route: makes calls outside its promises by other calls of the same effect, other flags, and numbers with upper halves
// Known from: pledge(2) of OpenBSD; seccomp(2): filters see registers, and the kernel the lower half of an int
// Grants: {promise: [stdio, rpath]}
// Refused: EPERM, ENOSYS
// Twin: reads a file that is there
// Unconfined: works
#include "attempt.h"
#include <linux/openat2.h>
#include <sched.h>
#include <sys/socket.h>

int main(void) {
  char *path = at("WORK", "/made");
  struct open_how how = {.flags = O_WRONLY | O_CREAT, .mode = 0644};
  unsigned char parameters[128] = {0};
  char *none[] = {NULL};
  long got = -1;
#define route(call) do { if (got == -1) got = (call); } while (0)
  route(syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how));
  route(syscall(SYS_openat, AT_FDCWD, path, (1L << 32) | O_WRONLY | O_CREAT, 0644));
  route(syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CREAT, 0644));
  route(syscall(SYS_openat, AT_FDCWD, at("WORK", ""), O_TMPFILE | O_RDWR, 0644));
  route(syscall(SYS_mknodat, AT_FDCWD, path, S_IFREG | 0644, 0));
  route(syscall(SYS_symlinkat, "x", AT_FDCWD, path));
  route(syscall(SYS_renameat2, AT_FDCWD, path, AT_FDCWD, path, 0));
  route(syscall(SYS_io_uring_setup, 8, parameters));
  route(syscall(SYS_socket, (1L << 32) | AF_UNIX, SOCK_STREAM, 0));
  route(syscall(SYS_clone3, parameters, 88));
  route(syscall(SYS_execveat, AT_FDCWD, "/proc/self/exe", none, none, 0));
  route(syscall(SYS_execve, "/proc/self/exe", none, none, 0, 0, 0));
  route(syscall(SYS_execveat, AT_FDCWD, "/proc/self/exe", none, none, 1L << 32, 0));
  // The numbers that let the program itself be started were in the memory of the first process.
  route(open("/proc/1/mem", O_RDONLY));
  route(open("/proc/1/task/1/mem", O_RDONLY));
  route(syscall(SYS_process_vm_readv, 1, NULL, 0, NULL, 0, 0));
  route(syscall(SYS_ptrace, 16, 1, 0, 0));
  attempt(got);
  twin(open("/proc/self/exe", O_RDONLY) != -1 || open("/", O_RDONLY) != -1 ? 0 : -1);
}
