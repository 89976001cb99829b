#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

FILE *fopenat(int directory, const char *path, const char *mode) {
  int flags = strchr(mode, '+') != NULL ? O_RDWR : *mode == 'r' ? O_RDONLY : O_WRONLY;
  switch (*mode) {
    case 'r':
      break;
    case 'w':
      flags |= O_CREAT | O_TRUNC;
      break;
    case 'a':
      flags |= O_CREAT | O_APPEND;
      break;
    default:
      errno = EINVAL;
      return NULL;
  }
  if (strchr(mode, 'x') != NULL)
    flags |= O_EXCL;
  int fd = openat(directory, path, flags, 0666);
  if (fd < 0)
    return NULL;
  FILE *stream = fdopen(fd, mode);
  if (stream == NULL) {
    int error = errno;
    close(fd);
    errno = error;
  }
  return stream;
}
