// Route: names a file that was not granted as the interpreter of a script
// Known from: execve(2): the kernel opens the interpreter
// Refused: ENOENT, EACCES
// Twin: runs a program
// Unconfined: works
// Worlds: walls-root, walls-user, landlock
#include "attempt.h"
static int start(const char *path) {
  char *arguments[] = {(char *)path, NULL}, *environment[] = {NULL};
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

int main(int argc, char **argv) {
  if (argc == 0 || getenv("WORK") == NULL) return 0;
  int script = open(at("WORK", "/script"), O_WRONLY | O_CREAT, 0755);
  write(script, "#!/usr/bin/true\n", 16);
  close(script);
  attempt(start(at("WORK", "/script")));
  twin(start(argv[0]));
}
