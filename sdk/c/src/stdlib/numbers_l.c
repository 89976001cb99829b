#include <stdlib.h>

long strtol_l(const char *string, char **end, int base, locale_t locale) {
  (void)locale;
  return strtol(string, end, base);
}

long long strtoll_l(const char *string, char **end, int base, locale_t locale) {
  (void)locale;
  return strtoll(string, end, base);
}

unsigned long strtoul_l(const char *string, char **end, int base, locale_t locale) {
  (void)locale;
  return strtoul(string, end, base);
}

unsigned long long strtoull_l(const char *string, char **end, int base, locale_t locale) {
  (void)locale;
  return strtoull(string, end, base);
}
