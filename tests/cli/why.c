// Tries each use that its arguments name, and prints a line for each: 1 if it succeeded, else 0 and the errno.
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int read_it(const char *path) {
  int fd = open(path, O_RDONLY | O_NONBLOCK);
  if (fd < 0) return errno;
  struct stat s;
  fstat(fd, &s);
  if (S_ISDIR(s.st_mode)) {
    DIR *dir = fdopendir(fd);
    errno = 0;
    readdir(dir);
    return errno;
  }
  char byte;
  // Some files of /proc cannot be read by all who can open them.
  read(fd, &byte, 1);
  close(fd);
  return 0;
}

static int write_it(const char *path) {
  struct stat s;
  if (stat(path, &s) == 0 && S_ISDIR(s.st_mode)) {
    char name[4096];
    snprintf(name, sizeof name, "%s/why.%d", path, getpid());
    if (mkdir(name, 0700) != 0) return errno;
    return rmdir(name) == 0 ? 0 : errno;
  }
  int there = stat(path, &s) == 0;
  int fd = open(path, O_WRONLY | O_NONBLOCK | (there ? 0 : O_CREAT), 0600);
  if (fd < 0) return errno;
  close(fd);
  char *real = realpath(path, NULL);
  return there || unlink(real ? real : path) == 0 ? 0 : errno;
}

static int exec_it(const char *path) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return errno;
  pid_t child = fork();
  if (child == 0) {
    int null = open("/dev/null", O_RDWR);
    if (null >= 0) dup2(null, 0), dup2(null, 1), dup2(null, 2);
    char *argv[] = {(char *)path, "--version", NULL};
    char *envp[] = {NULL};
    execve(path, argv, envp);
    int error = errno;
    write(ends[1], &error, sizeof error);
    _exit(1);
  }
  close(ends[1]);
  int error = 0;
  if (read(ends[0], &error, sizeof error) == 0) error = 0;
  waitpid(child, NULL, 0);
  return error;
}

static int wait_for(int fd) {
  struct pollfd p = {.fd = fd, .events = POLLOUT};
  if (poll(&p, 1, 20000) <= 0) return ETIMEDOUT;
  int error = 0;
  socklen_t length = sizeof error;
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
  return error;
}

static int inet_it(const char *text, int listens) {
  const char *colon = strrchr(text, ':');
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(colon + 1))};
  char host[64];
  snprintf(host, sizeof host, "%.*s", (int)(colon - text), text);
  inet_pton(AF_INET, host, &to.sin_addr);
  int datagram = strstr(colon, "/udp") != NULL;
  int fd = socket(AF_INET, (datagram ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK, 0);
  if (fd < 0) return errno;
  int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  int error = 0;
  if (datagram) {
    if (sendto(fd, "x", 1, 0, (struct sockaddr *)&to, sizeof to) < 0) error = errno;
  } else if (listens) {
    if (bind(fd, (struct sockaddr *)&to, sizeof to) != 0 || listen(fd, 1) != 0) error = errno;
  } else if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
    error = errno == EINPROGRESS ? wait_for(fd) : errno;
  }
  close(fd);
  return error;
}

static int socket_it(const char *path) {
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  strncpy(to.sun_path, path, sizeof to.sun_path - 1);
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (fd < 0) return errno;
  int error = connect(fd, (struct sockaddr *)&to, sizeof to) == 0 ? 0 : errno;
  close(fd);
  return error;
}

int main(int argc, char **argv) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const char *kind = argv[i], *what = argv[i + 1];
    int error = !strcmp(kind, "--read")      ? read_it(what)
                : !strcmp(kind, "--write")   ? write_it(what)
                : !strcmp(kind, "--exec")    ? exec_it(what)
                : !strcmp(kind, "--connect") ? inet_it(what, 0)
                : !strcmp(kind, "--socket")  ? socket_it(what)
                                             : -1;
    if (!strcmp(kind, "--bind")) {
      char address[64];
      snprintf(address, sizeof address, "127.0.0.1:%s", what);
      error = inet_it(address, 1);
    }
    printf("%d %s\n", error == 0, error == 0 ? "" : strerror(error));
  }
  return 0;
}
