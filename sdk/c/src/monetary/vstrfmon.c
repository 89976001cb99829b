/* Amounts as text (POSIX, strfmon). */
#include <errno.h>
#include <monetary.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The form of one amount. */
struct conversion {
  char fill;
  bool parentheses, left;
  int width, whole, fraction;
};

static const char *read_number(const char *at, int *number) {
  for (*number = 0; *at >= '0' && *at <= '9'; ++at)
    if (*number < 1000)
      *number = 10 * *number + (*at - '0');
  return at;
}

/* Reads what stands between % and the letter; gives the place of the letter. */
static const char *read_conversion(const char *at, struct conversion *read) {
  *read = (struct conversion){.fill = ' ', .whole = -1, .fraction = 2};
  for (;; ++at) {
    if (*at == '=' && at[1] != '\0')
      read->fill = *++at;
    else if (*at == '(')
      read->parentheses = true;
    else if (*at == '-')
      read->left = true;
    /* Groups and the currency do not exist; + is the default. */
    else if (*at == '\0' || strchr("^+!", *at) == NULL)
      break;
  }
  at = read_number(at, &read->width);
  if (*at == '#')
    at = read_number(at + 1, &read->whole);
  if (*at == '.')
    at = read_number(at + 1, &read->fraction);
  return at;
}

/* Writes an amount: its length, or more than the room. */
static size_t write_amount(char *text, size_t size, const struct conversion *how, double amount) {
  char digits[512], number[1024];
  bool negative = amount < 0;
  snprintf(digits, sizeof(digits), "%.*f", how->fraction > 64 ? 64 : how->fraction, negative ? -amount : amount);
  int whole = (int)strcspn(digits, "."), filled = how->whole > whole ? how->whole - whole : 0;
  const char *before = negative ? (how->parentheses ? "(" : "-") : how->whole >= 0 ? " " : "";
  const char *behind = how->parentheses && (negative || how->whole >= 0) ? (negative ? ")" : " ") : "";
  size_t used = (size_t)snprintf(number, sizeof(number), "%s", before);
  for (int i = 0; i < filled && used + 1 < sizeof(number); ++i)
    number[used++] = how->fill;
  snprintf(number + used, sizeof(number) - used, "%s%s", digits, behind);
  return (size_t)snprintf(text, size, "%*s", how->left ? -how->width : how->width, number);
}

ssize_t vstrfmon(char *restrict text, size_t size, const char *restrict format, va_list arguments) {
  size_t used = 0;
  while (*format != '\0') {
    if (used + 1 >= size) {
      errno = E2BIG;
      return -1;
    }
    if (*format != '%' || format[1] == '%') {
      format += *format == '%';
      text[used++] = *format++;
      continue;
    }
    struct conversion how;
    format = read_conversion(format + 1, &how);
    if (*format != 'n' && *format != 'i') {
      errno = EINVAL;
      return -1;
    }
    ++format;
    used += write_amount(text + used, size - used, &how, va_arg(arguments, double));
    if (used >= size) {
      errno = E2BIG;
      return -1;
    }
  }
  if (size == 0) {
    errno = E2BIG;
    return -1;
  }
  text[used] = '\0';
  return (ssize_t)used;
}

ssize_t vstrfmon_l(char *restrict text, size_t size, locale_t locale, const char *restrict format, va_list arguments) {
  (void)locale;
  return vstrfmon(text, size, format, arguments);
}
