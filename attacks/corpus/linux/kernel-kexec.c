// Route: loads another kernel
// Known from: first principles
// Refused: EPERM
// Twin: asks which kernel runs
// Unconfined: cannot run: it would replace this machine's kernel
#include "attempt.h"
#include <sys/utsname.h>

int main(void) {
  struct utsname name;
  attempt(syscall(SYS_kexec_load, 0, 0, NULL, 0));
  twin(uname(&name));
}
