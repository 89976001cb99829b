// Makes a thread of another process make one system call (ptrace(2), x86-64), as code of an attacker in it would.
//   take-over TID NUMBER [ARGUMENT…]
// An argument is a number, or a text behind `=`, of which the call gets the address. Prints the result, or `killed`.
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t thread;

static void need(int holds, const char *what) {
  if (holds) return;
  perror(what);
  exit(2);
}

/* Waits for the next stop; ends with `killed` when the thread is gone. */
static void wait_for_stop(void) {
  int status;
  need(waitpid(thread, &status, __WALL) == thread, "waitpid");
  if (WIFSTOPPED(status)) return;
  puts("killed");
  exit(0);
}

/* Finds an instruction `syscall` in the code of the supervisor. */
static unsigned long find_instruction(int memory, unsigned long code) {
  unsigned char page[4096];
  for (int number = 0; number < 8; number++) {
    need(pread(memory, page, sizeof page, (off_t)(code + number * sizeof page)) > 0, "pread");
    for (unsigned i = 0; i + 1 < sizeof page; i++)
      if (page[i] == 0x0f && page[i + 1] == 0x05) return code + number * sizeof page + i;
  }
  exit(2);
}

int main(int count, char **words) {
  struct user_regs_struct registers;
  unsigned long arguments[6] = {0}, room;
  char name[64];
  thread = atoi(words[1]);
  snprintf(name, sizeof name, "/proc/%d/mem", thread);
  need(ptrace(PTRACE_SEIZE, thread, 0, 0) == 0, "PTRACE_SEIZE");
  need(ptrace(PTRACE_INTERRUPT, thread, 0, 0) == 0, "PTRACE_INTERRUPT");
  wait_for_stop();
  int memory = open(name, O_RDWR);
  need(memory >= 0, "open");
  need(ptrace(PTRACE_GETREGS, thread, 0, &registers) == 0, "PTRACE_GETREGS");
  room = registers.rsp - 16384;
  for (int i = 3; i < count && i < 9; i++) {
    if (words[i][0] != '=') {
      arguments[i - 3] = strtoul(words[i], NULL, 0);
      continue;
    }
    size_t length = strlen(words[i]); /* without the mark, and with the NUL */
    need(pwrite(memory, words[i] + 1, length, (off_t)room) == (ssize_t)length, "pwrite");
    arguments[i - 3] = room;
    room += (length + 15) / 16 * 16;
  }
  registers.rip = find_instruction(memory, 0x20000000);
  registers.orig_rax = ~0ul; /* the call that it waits in is not made again */
  registers.rax = strtoul(words[2], NULL, 0);
  registers.rdi = arguments[0];
  registers.rsi = arguments[1];
  registers.rdx = arguments[2];
  registers.r10 = arguments[3];
  registers.r8 = arguments[4];
  registers.r9 = arguments[5];
  need(ptrace(PTRACE_SETREGS, thread, 0, &registers) == 0, "PTRACE_SETREGS");
  need(ptrace(PTRACE_SINGLESTEP, thread, 0, 0) == 0, "PTRACE_SINGLESTEP");
  wait_for_stop();
  need(ptrace(PTRACE_GETREGS, thread, 0, &registers) == 0, "PTRACE_GETREGS");
  long result = (long)registers.rax;
  puts(result >= 0 ? "ok" : strerrorname_np((int)-result));
  fflush(stdout);
  _exit(0); /* the thread, whose registers are lost, is left to the end of its process */
}
