// The part that all attempts of executables share; attempt.c has the program around them.
#include <argdata.h>
#include <cloudabi_syscalls.h>
#include <stdio.h>
#include <string.h>

// Each file defines both: the answer is a word, such as the name of an error.
const char *attempt(void);
const char *twin(void);

extern int readable;
const char *named(cloudabi_errno_t error);

// A system call of Linux, made by an instruction of the program's own.
static inline long linux_call(long number, long a, long b, long c, long d, long e) {
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                   : "rcx", "r11", "memory");
  return result;
}

// Reads a file of the granted directory.
static inline const char *reads_file(void) {
  cloudabi_lookup_t at = {(cloudabi_fd_t)readable, 0};
  cloudabi_fdstat_t stat = {.fs_rights_base = CLOUDABI_RIGHT_FD_READ};
  cloudabi_fd_t fd;
  char bytes[8];
  cloudabi_iovec_t in = {bytes, sizeof(bytes)};
  size_t length;
  cloudabi_errno_t error = cloudabi_sys_file_open(at, "file", 4, 0, &stat, &fd);
  if (error == 0)
    error = cloudabi_sys_fd_read(fd, &in, 1, &length);
  return named(error);
}
