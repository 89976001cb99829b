// Route: starts a program out of memory and has it look outside
// Known from: fexecve(3) of a memory file, the way of fileless malware
// Refused: ENOENT, EACCES, EPERM
// Twin: has that program run at all
// Unconfined: works
#include "attempt.h"
#include <sys/mman.h>

int main(int argc, char **argv) {
  if (argc > 1) {
    twin(0);
    attempt(open(at("SECRET", "/file"), O_RDONLY));
    return 0;
  }
  static char bytes[1 << 21];
  int program = memfd_create("program", 0), self = open(argv[0], O_RDONLY);
  for (ssize_t count; (count = read(self, bytes, sizeof bytes)) > 0;) write(program, bytes, count);
  char *arguments[] = {"program", "again", NULL};
  extern char **environ;
  fexecve(program, arguments, environ);
  answer("twin", strerrorname_np(errno));
}
