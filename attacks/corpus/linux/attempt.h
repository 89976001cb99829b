// Functions for attempts in C, which print their results on standard output.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static inline void answer(const char *key, const char *word) {
  printf("%s: %s\n", key, word);
  fflush(stdout);
}

/// Prints the result of a call: -1 stands for the error in errno.
static inline void answer_result(const char *key, long result) {
  answer(key, result == -1 ? strerrorname_np(errno) : "ok");
}

#define attempt(result) answer_result("attempt", (long)(result))
#define twin(result) answer_result("twin", (long)(result))

/// A path beneath one of the scene's folders, or the value itself: at("SECRET", "/file"). Never freed.
static inline char *at(const char *folder, const char *rest) {
  const char *value = getenv(folder);
  char *path = NULL;
  if (asprintf(&path, "%s%s", value == NULL ? "" : value, rest) < 0) abort();
  return path;
}

/// Runs a function in a child and says how that ended: `ok`, an error of its return value (-errno), or a signal.
static inline const char *in_child(int (*run)(void)) {
  fflush(stdout);
  pid_t child = fork();
  if (child == -1) return strerrorname_np(errno);
  if (child == 0) _exit(-run());
  int status;
  if (waitpid(child, &status, 0) == -1) return strerrorname_np(errno);
  if (WIFSIGNALED(status)) {
    static char name[16];
    snprintf(name, sizeof name, "SIG%s", sigabbrev_np(WTERMSIG(status)));
    return name;
  }
  return WEXITSTATUS(status) == 0 ? "ok" : strerrorname_np(WEXITSTATUS(status));
}
