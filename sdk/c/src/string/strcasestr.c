/* The C library's own does not find the empty text in the empty text. */
#include <string.h>
#include <strings.h>

char *strcasestr(const char *text, const char *wanted) {
  size_t length = strlen(wanted);
  do
    if (strncasecmp(text, wanted, length) == 0)
      return (char *)text;
  while (*text++ != '\0');
  return NULL;
}
