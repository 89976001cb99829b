/*
 * Runs the main function of a program as a CloudABI executable. Its standard streams and a directory come first in the tree: there
 * are the files that it opens by a path.
 */
#include <argdata.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>

int main(int count, char **arguments);

enum { DIRECTORY = 3 };

int open(const char *path, int flags, ...) { return openat(DIRECTORY, path, flags); }

void program_main(const argdata_t *ad) {
  (void)ad;
  char *arguments[] = {"program", "foo.gz", NULL};
  exit(main(2, arguments));
}
