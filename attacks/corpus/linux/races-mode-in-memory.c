// Route: makes a file with openat2 while another thread sets the set-user-ID bit in its arguments
// Known from: seccomp cannot look into memory (seccomp_unotify(2), the race of checks on pointers)
// Refused: ENOSYS, EPERM
// Twin: makes a plain file with openat
// Unconfined: works
#include "attempt.h"
#include <linux/openat2.h>

int main(void) {
  struct open_how how = {.flags = O_WRONLY | O_CREAT, .mode = 04755};
  attempt(syscall(SYS_openat2, AT_FDCWD, at("WORK", "/plain"), &how, sizeof how));
  twin(openat(AT_FDCWD, at("WORK", "/other"), O_WRONLY | O_CREAT, 0755));
}
