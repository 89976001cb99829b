// Makes one use of each promise and prints the names of those that the kernel lets it make.
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

// Any other answer than EPERM is one of the kernel behind the filter.
static void use(const char *name, long result) {
  if (result != -1 || errno != EPERM) printf("%s ", name);
}

static long forked(void) {
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) _exit(0);
  return child == -1 ? -1 : waitpid(child, NULL, 0);
}

int main(int count, char **words) {
  if (count > 1 && strcmp(words[1], "again") == 0) return 0;
  int pipes[2];
  char *self[] = {words[0], "again", NULL};
  use("stdio", pipe(pipes));
  use("rpath", open("there", O_RDONLY));
  use("wpath", open("there", O_WRONLY));
  use("cpath", mkdir("made", 0755));
  use("dpath", mkfifo("fifo", 0644));
  use("fattr", chmod("there", 0600));
  use("chown", chown("there", -1, -1));
  use("flock", flock(0, LOCK_SH | LOCK_NB));
  use("tty", ioctl(0, TCSETS, 0));
  use("unix", socket(AF_UNIX, SOCK_STREAM, 0));
  use("inet", socket(AF_INET, SOCK_STREAM, 0));
  use("dns", socket(AF_INET, SOCK_DGRAM, 0));
  use("proc", forked());
  use("id", setgid(getgid()));
  use("unveil", syscall(SYS_landlock_create_ruleset, 0L, 0L, 1L));
  fflush(stdout);
  // Replaces the program, which prints no more then.
  execv(words[0], self);
  if (errno == EPERM) printf("no-exec");
  fflush(stdout);
  return 0;
}
