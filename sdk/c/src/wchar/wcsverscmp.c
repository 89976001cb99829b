#include <wchar.h>
#include <wctype.h>

static int is_nonzero(wchar_t character) {
  return character >= L'1' && character <= L'9';
}

/* Compares in the order of strverscmp: runs of digits compare as numbers, and with zeros in front as fractions. */
int wcsverscmp(const wchar_t *a, const wchar_t *b) {
  size_t i = 0, digits = 0;
  int zeros = 1;
  for (; a[i] == b[i]; ++i) {
    if (a[i] == L'\0')
      return 0;
    if (!iswdigit((wint_t)a[i])) {
      digits = i + 1;
      zeros = 1;
    } else if (a[i] != L'0') {
      zeros = 0;
    }
  }
  if (is_nonzero(a[digits]) && is_nonzero(b[digits])) {
    size_t end = i;
    for (; iswdigit((wint_t)a[end]); ++end)
      if (!iswdigit((wint_t)b[end]))
        return 1;
    if (iswdigit((wint_t)b[end]))
      return -1;
  } else if (zeros && digits < i && (iswdigit((wint_t)a[i]) || iswdigit((wint_t)b[i]))) {
    /* Digits stand before others here: the difference from 0 of a character that is none is large. */
    return (unsigned)(a[i] - L'0') < (unsigned)(b[i] - L'0') ? -1 : 1;
  }
  return a[i] < b[i] ? -1 : 1;
}
