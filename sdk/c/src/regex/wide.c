/* Patterns and texts of wide characters, which are matched as UTF-8 in every locale. */
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <locale.h>

enum { UTF8_MAX = 4 };

/* Gives the length of a character in UTF-8. */
static size_t bytes_of(wchar_t character) {
  return character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
}

/* Gives UTF-8 to be freed; NULL without memory, or for a number that is no character. */
static char *to_utf8(const wchar_t *wide, size_t length) {
  char *text = malloc(length * UTF8_MAX + 1), *at = text;
  if (text == NULL)
    return NULL;
  for (size_t i = 0; i < length; ++i) {
    unsigned long character = (unsigned long)wide[i];
    if (character == 0 || character > 0x10ffff || (character >= 0xd800 && character < 0xe000)) {
      free(text);
      return NULL;
    }
    size_t size = bytes_of(wide[i]);
    for (size_t k = size - 1; k > 0; --k) {
      at[k] = (char)(0x80 | (character & 0x3f));
      character >>= 6;
    }
    static const unsigned char heads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    at[0] = (char)(heads[size] | character);
    at += size;
  }
  *at = '\0';
  return text;
}

/* Gives the number of characters that the first so many bytes have. */
static regoff_t characters_in(const wchar_t *wide, regoff_t bytes) {
  regoff_t count = 0;
  for (; bytes > 0; ++count)
    bytes -= (regoff_t)bytes_of(wide[count]);
  return count;
}

int regwncomp(regex_t *regex, const wchar_t *pattern, size_t length, int flags) {
  char *text = to_utf8(pattern, length);
  if (text == NULL)
    return REG_BADPAT;
  int error = regcomp_l(regex, text, flags, LC_C_UNICODE_LOCALE);
  free(text);
  return error;
}

int regwcomp(regex_t *regex, const wchar_t *pattern, int flags) {
  return regwncomp(regex, pattern, wcslen(pattern), flags);
}

int regwnexec(const regex_t *regex, const wchar_t *string, size_t length, size_t count, regmatch_t *matches, int flags) {
  length = wcsnlen(string, length);
  char *text = to_utf8(string, length);
  if (text == NULL)
    return REG_NOMATCH;
  int error = regexec_l(regex, text, count, matches, flags, LC_C_UNICODE_LOCALE);
  free(text);
  for (size_t i = 0; error == 0 && i < count; ++i) {
    if (matches[i].rm_so < 0)
      continue;
    matches[i].rm_so = characters_in(string, matches[i].rm_so);
    matches[i].rm_eo = characters_in(string, matches[i].rm_eo);
  }
  return error;
}

int regwexec(const regex_t *regex, const wchar_t *string, size_t count, regmatch_t *matches, int flags) {
  return regwnexec(regex, string, wcslen(string), count, matches, flags);
}

int regwcomp_l(regex_t *regex, const wchar_t *pattern, int flags, locale_t locale) {
  (void)locale;
  return regwcomp(regex, pattern, flags);
}

int regwncomp_l(regex_t *regex, const wchar_t *pattern, size_t length, int flags, locale_t locale) {
  (void)locale;
  return regwncomp(regex, pattern, length, flags);
}
