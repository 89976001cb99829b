#include <stdarg.h>
#include <stdio.h>

#include "../locale/with_locale.h"

FILE *fdopen_l(int fd, const char *mode, locale_t locale) {
  WITH_LOCALE(FILE *, locale, fdopen(fd, mode));
}

FILE *fmemopen_l(void *bytes, size_t size, const char *mode, locale_t locale) {
  WITH_LOCALE(FILE *, locale, fmemopen(bytes, size, mode));
}

FILE *open_memstream_l(char **bytes, size_t *size, locale_t locale) {
  WITH_LOCALE(FILE *, locale, open_memstream(bytes, size));
}

FILE *fopenat_l(int directory, const char *path, const char *mode, locale_t locale) {
  WITH_LOCALE(FILE *, locale, fopenat(directory, path, mode));
}
