// Route: starts a program where none may be started
// Known from: first principles
// Refused: EACCES
// Twin: starts the same program where it may
// Unconfined: works
#include "attempt.h"
static int start(char *path) {
  char *arguments[] = {path, "started", NULL}, *environment[] = {NULL};
  pid_t child = vfork();
  if (child == 0) {
    execve(path, arguments, environment);
    _exit(errno);
  }
  int status;
  waitpid(child, &status, 0);
  errno = WEXITSTATUS(status);
  return errno == 0 ? 0 : -1;
}

static void copy(const char *from, const char *to) {
  static char bytes[1 << 21];
  int source = open(from, O_RDONLY), target = open(to, O_WRONLY | O_CREAT, 0755);
  for (ssize_t count; (count = read(source, bytes, sizeof bytes)) > 0;) write(target, bytes, count);
  close(source);
  close(target);
}

int main(int argc, char **argv) {
  if (argc > 1) return 0;
  copy(argv[0], at("DATA", "/program"));
  copy(argv[0], at("WORK", "/program"));
  attempt(start(at("DATA", "/program")));
  twin(start(at("WORK", "/program")));
}
