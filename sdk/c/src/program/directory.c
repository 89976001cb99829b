#include <cloudabi.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

DIR *program_directory_open(int directory) {
  /* A stream closes its descriptor, so it gets one of its own. */
  int own = openat(directory, ".", O_RDONLY | O_DIRECTORY);
  if (own < 0)
    return NULL;
  DIR *stream = fdopendir(own);
  if (stream == NULL) {
    int error = errno;
    close(own);
    errno = error;
  }
  return stream;
}

struct dirent *program_directory_next(DIR *stream) {
  struct dirent *entry;
  do {
    errno = 0;
    entry = readdir(stream);
  } while (entry != NULL && (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0));
  return entry;
}
