/*
 * Patterns and texts with a length: copies that end in NUL, because the C library's functions know no length. A NUL within a
 * pattern is REG_BADPAT; within a text, it ends the text.
 */
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "../locale/with_locale.h"

int regncomp(regex_t *regex, const char *pattern, size_t length, int flags) {
  if (memchr(pattern, '\0', length) != NULL)
    return REG_BADPAT;
  char *copy = strndup(pattern, length);
  if (copy == NULL)
    return REG_ESPACE;
  int error = regcomp(regex, copy, flags);
  free(copy);
  return error;
}

int regnexec(const regex_t *regex, const char *string, size_t length, size_t count, regmatch_t *matches, int flags) {
  char *copy = strndup(string, length);
  if (copy == NULL)
    return REG_ESPACE;
  int error = regexec(regex, copy, count, matches, flags);
  free(copy);
  return error;
}

int regncomp_l(regex_t *regex, const char *pattern, size_t length, int flags, locale_t locale) {
  WITH_LOCALE(int, locale, regncomp(regex, pattern, length, flags));
}

int regnexec_l(const regex_t *regex, const char *string, size_t length, size_t count, regmatch_t *matches, int flags,
               locale_t locale) {
  WITH_LOCALE(int, locale, regnexec(regex, string, length, count, matches, flags));
}
