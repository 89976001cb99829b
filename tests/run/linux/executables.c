// Tries to start files that are not approved. Each mode prints a line of its own.
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

// Starts a file and reads the first letter that it prints; 0 if it could not be started.
static int start(int fd, const char *path) {
  int out[2], failed[2];
  if (pipe2(out, O_CLOEXEC) != 0 || pipe2(failed, O_CLOEXEC) != 0) exit(3);
  pid_t child = fork();
  if (child == 0) {
    dup2(out[1], 1);
    char *argv[] = {(char *)path, "word", NULL};
    if (fd >= 0) syscall(SYS_execveat, fd, "", argv, environ, AT_EMPTY_PATH);
    else execve(path, argv, environ);
    int error = errno;
    write(failed[1], &error, sizeof error);
    _exit(1);
  }
  close(out[1]);
  close(failed[1]);
  int error = 0;
  char letter = '-';
  if (read(failed[0], &error, sizeof error) <= 0) {
    error = 0;
    read(out[0], &letter, 1);
  }
  close(out[0]);
  close(failed[0]);
  waitpid(child, NULL, 0);
  errno = error;
  return error == 0 ? letter : 0;
}

static void say(const char *what, int letter) {
  printf("%s: %s\n", what, letter != 0 ? (letter == '-' ? "started" : (char[]){(char)letter, 0}) : strerror(errno));
  fflush(stdout);
}

static int copy_into(int to, const char *from) {
  int in = open(from, O_RDONLY);
  char bytes[65536];
  for (ssize_t count; in >= 0 && (count = read(in, bytes, sizeof bytes)) > 0;)
    if (write(to, bytes, count) != count) return -1;
  return close(in);
}

static void memory(const char *other) {
  int plain = syscall(SYS_memfd_create, "plain", MFD_CLOEXEC);
  say("memfd", plain >= 0 ? '-' : 0);
  if (plain >= 0) {
    copy_into(plain, other);
    say("memfd started", start(plain, "plain"));
  }
  int sealed = syscall(SYS_memfd_create, "sealed", MFD_CLOEXEC | 8);
  say("memfd that never starts", sealed >= 0 ? '-' : 0);
  if (sealed >= 0) {
    copy_into(sealed, other);
    fchmod(sealed, 0755);
    say("it started", start(sealed, "sealed"));
  }
}

static void copies(const char *directory, const char *other) {
  char path[4096];
  snprintf(path, sizeof path, "%s/copy", directory);
  int fd = open(path, O_CREAT | O_TRUNC | O_RDWR, 0755);
  if (fd < 0) {
    say("copy made", 0);
    return;
  }
  copy_into(fd, other);
  close(fd);
  say("copy started", start(-1, path));
  int unnamed = open(directory, O_TMPFILE | O_RDWR, 0755);
  if (unnamed >= 0) {
    copy_into(unnamed, other);
    snprintf(path, sizeof path, "/proc/self/fd/%d", unnamed);
    int again = open(path, O_RDONLY);
    close(unnamed);
    say("unnamed started", start(again, "unnamed"));
  }
}

static void map(const char *path) {
  int fd = open(path, O_RDONLY);
  void *at = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
  say("mapped", fd >= 0 && at != MAP_FAILED ? '-' : 0);
  at = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
  say("mapped, then made executable", at != MAP_FAILED && mprotect(at, 4096, PROT_READ | PROT_EXEC) == 0 ? '-' : 0);
}

static atomic_int done;
static char prog[4096], other[4096], kept[4096], alias[4096], alias_other[4096];
static const char *content;

// Exchanges the files by all names that the program has for them.
static void *swap(void *unused) {
  (void)unused;
  while (!atomic_load(&done)) {
    rename(prog, kept), rename(other, prog), rename(prog, other), rename(kept, prog);
    syscall(SYS_renameat2, AT_FDCWD, alias, AT_FDCWD, alias_other, 2);
    unlink(prog);
    link(other, prog);
  }
  return NULL;
}

static void *rewrite(void *unused) {
  (void)unused;
  while (!atomic_load(&done)) {
    int fd = open(prog, O_WRONLY | O_TRUNC);
    if (fd >= 0) copy_into(fd, content), close(fd);
    usleep(1000);
  }
  return NULL;
}

// race DIRECTORY ALIAS COUNT CONTENT: starts DIRECTORY/prog while threads put another file or content in its place.
static void race(const char *directory, const char *second, int count) {
  snprintf(prog, sizeof prog, "%s/prog", directory);
  snprintf(other, sizeof other, "%s/other", directory);
  snprintf(kept, sizeof kept, "%s/kept", directory);
  snprintf(alias, sizeof alias, "%s/prog", second);
  snprintf(alias_other, sizeof alias_other, "%s/other", second);
  pthread_t threads[2];
  pthread_create(&threads[0], NULL, swap, NULL);
  pthread_create(&threads[1], NULL, rewrite, NULL);
  int approved = 0, others = 0, refused = 0;
  for (int i = 0; i < count; i++) {
    int letter = start(-1, prog);
    if (letter == 'A') approved++;
    else if (letter == 'O') others++;
    else refused++;
  }
  atomic_store(&done, 1);
  pthread_join(threads[0], NULL);
  pthread_join(threads[1], NULL);
  printf("%d %d %d\n", approved, others, refused);
}

int main(int argc, char **argv) {
  if (argc == 3 && !strcmp(argv[1], "start")) say("started", start(-1, argv[2]));
  else if (argc == 3 && !strcmp(argv[1], "memory")) memory(argv[2]);
  else if (argc == 4 && !strcmp(argv[1], "copies")) copies(argv[2], argv[3]);
  else if (argc == 3 && !strcmp(argv[1], "map")) map(argv[2]);
  else if (argc == 2 && !strcmp(argv[1], "input")) say("input started", start(0, "input"));
  else if (argc == 6 && !strcmp(argv[1], "race")) content = argv[5], race(argv[2], argv[3], atoi(argv[4]));
  else return 2;
  return 0;
}
