// Route: names the host
// Known from: first principles
// Refused: EPERM
// Twin: asks for the name
// Unconfined: cannot run: it would name this machine
#include "attempt.h"
#include <sys/utsname.h>

int main(void) {
  struct utsname name;
  attempt(sethostname("mine", 4));
  twin(uname(&name));
}
