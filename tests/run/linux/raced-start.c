// Starts `/p/way`, which threads exchange between two files, and prints how often a start could be made.
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int over;

static void *exchange(void *unused) {
  while (!over) renameat2(AT_FDCWD, "/p/way", AT_FDCWD, "/p/other", RENAME_EXCHANGE);
  return unused;
}

int main(int count, char **words) {
  int turns = count > 1 ? atoi(words[1]) : 100, started = 0, killed = 0;
  pthread_t thread;
  symlink("good", "/p/way");
  symlink("bad", "/p/other");
  pthread_create(&thread, NULL, exchange, NULL);
  for (int turn = 0; turn < turns; turn++) {
    pid_t child = fork();
    int status = 0;
    if (child == 0) {
      execl("/p/way", "way", (char *)NULL);
      _exit(7);
    }
    waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) started++;
    if (WIFSIGNALED(status)) killed++;
  }
  over = 1;
  pthread_join(thread, NULL);
  printf("started %d killed %d\n", started, killed);
  return 0;
}
