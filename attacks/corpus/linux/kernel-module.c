// Route: loads a module into the kernel
// Known from: first principles
// Refused: EPERM
// Twin: asks which kernel runs
// Unconfined: cannot run: it would change this machine's kernel
#include "attempt.h"
#include <sys/utsname.h>

int main(void) {
  struct utsname name;
  attempt(syscall(SYS_finit_module, open(at("WORK", "/file"), O_RDONLY), "", 0));
  twin(uname(&name));
}
