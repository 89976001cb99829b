#include <inttypes.h>

intmax_t strtoimax_l(const char *string, char **end, int base, locale_t locale) {
  (void)locale;
  return strtoimax(string, end, base);
}

uintmax_t strtoumax_l(const char *string, char **end, int base, locale_t locale) {
  (void)locale;
  return strtoumax(string, end, base);
}
