/* printf, without a locale. Numbers with a fraction are converted exactly, in whole numbers of nine decimal digits. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "print.h"

struct shape {
  int left, plus, space, alternate, zero;
  int width, precision;
};

struct output {
  cloudabi_put_t *put;
  void *to;
  int count;
};

static void emit(struct output *out, const char *text, size_t length)
{
  if (length > 0) out->put(out->to, text, length);
  out->count += (int)length;
}

static void fill(struct output *out, char with, int count)
{
  for (; count > 0; count--) emit(out, &with, 1);
}

/* Puts a sign or prefix and text into a field, with zeros between the two where the shape says so. */
static void field(struct output *out, const struct shape *shape, const char *prefix, const char *text, int length, int zeros)
{
  int used = (int)strlen(prefix) + zeros + length;
  if (!shape->left && !shape->zero) fill(out, ' ', shape->width - used);
  emit(out, prefix, strlen(prefix));
  if (!shape->left && shape->zero) fill(out, '0', shape->width - used);
  fill(out, '0', zeros);
  emit(out, text, (size_t)length);
  if (shape->left) fill(out, ' ', shape->width - used);
}

static void integer(struct output *out, struct shape *shape, uintmax_t value, int negative, int base, int upper, int address)
{
  char digits[24];
  int length = 0;
  const char *letters = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  uintmax_t rest = value;
  for (; rest > 0; rest /= (unsigned)base) digits[sizeof(digits) - 1 - (size_t)length++] = letters[rest % (unsigned)base];
  int zeros = shape->precision >= 0 ? shape->precision - length : length == 0;
  if (zeros < 0) zeros = 0;
  if (shape->precision >= 0) shape->zero = 0;
  const char *prefix = negative ? "-" : shape->plus ? "+" : shape->space ? " " : "";
  if (base == 16 && (address || (shape->alternate && value != 0))) prefix = upper ? "0X" : "0x";
  if (base == 8 && shape->alternate && zeros == 0) zeros = 1;
  field(out, shape, prefix, digits + sizeof(digits) - length, length, zeros);
}

/* The decimal digits of a number: those of `whole` words before the point, and of the others behind it. */
#define WORDS 128
struct decimal {
  uint32_t words[2 * WORDS];
  int first, end;
};

/* Makes decimal digits of a finite number that is not negative. Each word has nine; the point lies in the middle. */
static void convert(double value, struct decimal *number)
{
  uint64_t bits;
  memcpy(&bits, &value, sizeof(bits));
  int exponent = (int)(bits >> 52 & 0x7ff);
  uint64_t mantissa = (bits & 0xfffffffffffffull) | (exponent ? 1ull << 52 : 0);
  int power = (exponent ? exponent : 1) - 1075;
  memset(number, 0, sizeof(*number));
  number->words[WORDS - 1] = (uint32_t)(mantissa % 1000000000);
  number->words[WORDS - 2] = (uint32_t)(mantissa / 1000000000);
  number->first = WORDS - 2;
  number->end = WORDS;
  for (; power > 0; power--) {
    uint32_t carry = 0;
    for (int at = number->end - 1; at >= number->first; at--) {
      uint32_t twice = number->words[at] * 2 + carry;
      carry = twice >= 1000000000;
      number->words[at] = carry ? twice - 1000000000 : twice;
    }
    if (carry) number->words[--number->first] = 1;
  }
  for (; power < 0; power++) {
    uint32_t odd = 0;
    for (int at = number->first; at < number->end; at++) {
      uint32_t word = number->words[at] + (odd ? 1000000000 : 0);
      odd = word & 1;
      number->words[at] = word >> 1;
    }
    if (odd) number->words[number->end++] = 500000000;
  }
}

/* The digit at a place: 0 is the first before the point, -1 the first behind it. */
static int digit_at(const struct decimal *number, int place)
{
  int word = place >= 0 ? WORDS - 1 - place / 9 : WORDS + (-place - 1) / 9;
  int within = place >= 0 ? place % 9 : 8 - (-place - 1) % 9;
  if (word < number->first || word >= number->end) return 0;
  uint32_t value = number->words[word];
  for (; within > 0; within--) value /= 10;
  return (int)(value % 10);
}

/* The place of the first digit that is not zero; 0 for zero itself. */
static int top_of(const struct decimal *number)
{
  for (int place = 9 * WORDS - 1; place >= -9 * WORDS + 1; place--)
    if (digit_at(number, place) != 0) return place;
  return 0;
}

/* Tells whether anything but zeros comes behind a place. */
static int has_more(const struct decimal *number, int place)
{
  for (int at = place - 1; at >= -9 * (number->end - WORDS); at--)
    if (digit_at(number, at) != 0) return 1;
  return 0;
}

#define MOST_DIGITS 1500

/*
 * Rounds to the digits down to a place, half to even, and writes them from a place above.
 *
 * Returns 1 if rounding has made one more digit in front, which is the first then.
 */
static int round_to(const struct decimal *number, int top, int last, char *digits)
{
  int length = 0;
  for (int place = top; place >= last && length < MOST_DIGITS; place--) digits[length++] = (char)('0' + digit_at(number, place));
  int next = digit_at(number, last - 1);
  int odd = length > 0 && (digits[length - 1] & 1);
  int up = next > 5 || (next == 5 && (has_more(number, last - 1) || odd));
  digits[length] = 0;
  for (int at = length - 1; up && at >= 0; at--) {
    up = digits[at] == '9';
    digits[at] = up ? '0' : (char)(digits[at] + 1);
  }
  if (!up) return 0;
  memmove(digits + 1, digits, (size_t)length + 1);
  digits[0] = '1';
  return 1;
}

static void real(struct output *out, struct shape *shape, double value, char kind)
{
  struct decimal number;
  char digits[MOST_DIGITS + 2], text[MOST_DIGITS + 64];
  int upper = kind < 'a';
  int negative = __builtin_signbit(value) != 0;
  const char *sign = negative ? "-" : shape->plus ? "+" : shape->space ? " " : "";
  if (__builtin_isnan(value) || __builtin_isinf(value)) {
    shape->zero = 0;
    field(out, shape, sign, __builtin_isnan(value) ? (upper ? "NAN" : "nan") : (upper ? "INF" : "inf"), 3, 0);
    return;
  }
  convert(negative ? -value : value, &number);
  int precision = shape->precision < 0 ? 6 : shape->precision > 1000 ? 1000 : shape->precision;
  int top = top_of(&number);
  int style = kind | 0x20;
  int strip = 0;
  if (style == 'g') {
    if (precision == 0) precision = 1;
    int exponent = top + round_to(&number, top, top - precision + 1, digits);
    strip = !shape->alternate;
    style = exponent < -4 || exponent >= precision ? 'e' : 'f';
    precision = style == 'e' ? precision - 1 : precision - 1 - exponent;
  }
  int length = 0;
  if (style == 'e') {
    int exponent = top + round_to(&number, top, top - precision, digits);
    text[length++] = digits[0];
    if (precision > 0 || shape->alternate) text[length++] = '.';
    memcpy(text + length, digits + 1, (size_t)precision);
    length += precision;
    while (strip && precision > 0 && (text[length - 1] == '0' || text[length - 1] == '.'))
      if (text[--length] == '.') break;
    text[length++] = upper ? 'E' : 'e';
    text[length++] = exponent < 0 ? '-' : '+';
    int size = exponent < 0 ? -exponent : exponent;
    if (size >= 100) text[length++] = (char)('0' + size / 100);
    text[length++] = (char)('0' + size / 10 % 10);
    text[length++] = (char)('0' + size % 10);
  } else {
    int start = top > 0 ? top : 0;
    int whole = start + 1 + round_to(&number, start, -precision, digits);
    memcpy(text, digits, (size_t)whole);
    length = whole;
    if (precision > 0 || shape->alternate) text[length++] = '.';
    memcpy(text + length, digits + whole, (size_t)precision);
    length += precision;
    while (strip && precision > 0 && (text[length - 1] == '0' || text[length - 1] == '.'))
      if (text[--length] == '.') break;
  }
  field(out, shape, sign, text, length, 0);
}

static int number_in(const char **format, va_list *values)
{
  if (**format == '*') {
    ++*format;
    return va_arg(*values, int);
  }
  int number = 0;
  for (; **format >= '0' && **format <= '9'; ++*format) number = number * 10 + **format - '0';
  return number;
}

static intmax_t signed_value(int size, va_list *values)
{
  switch (size) {
  case -2: return (signed char)va_arg(*values, int);
  case -1: return (short)va_arg(*values, int);
  case 0: return va_arg(*values, int);
  default: return va_arg(*values, long);
  }
}

static uintmax_t unsigned_value(int size, va_list *values)
{
  switch (size) {
  case -2: return (unsigned char)va_arg(*values, int);
  case -1: return (unsigned short)va_arg(*values, int);
  case 0: return va_arg(*values, unsigned);
  default: return va_arg(*values, unsigned long);
  }
}

int cloudabi_print(cloudabi_put_t *put, void *to, const char *format, va_list list)
{
  struct output out = { put, to, 0 };
  va_list values;
  va_copy(values, list);
  while (*format) {
    size_t plain = strcspn(format, "%");
    emit(&out, format, plain);
    format += plain;
    if (*format++ != '%') break;
    struct shape shape = { 0, 0, 0, 0, 0, 0, -1 };
    for (;; format++) {
      if (*format == '-') shape.left = 1;
      else if (*format == '+') shape.plus = 1;
      else if (*format == ' ') shape.space = 1;
      else if (*format == '#') shape.alternate = 1;
      else if (*format == '0') shape.zero = 1;
      else break;
    }
    shape.width = number_in(&format, &values);
    if (shape.width < 0) {
      shape.left = 1;
      shape.width = -shape.width;
    }
    if (*format == '.') {
      format++;
      shape.precision = number_in(&format, &values);
    }
    int size = 0;
    for (;; format++) {
      if (*format == 'h') size--;
      else if (*format == 'l' || *format == 'z' || *format == 'j' || *format == 't') size++;
      else break;
    }
    char kind = *format++;
    switch (kind) {
    case 'd':
    case 'i': {
      intmax_t value = signed_value(size, &values);
      integer(&out, &shape, value < 0 ? 0 - (uintmax_t)value : (uintmax_t)value, value < 0, 10, 0, 0);
      break;
    }
    case 'u': shape.plus = shape.space = 0; integer(&out, &shape, unsigned_value(size, &values), 0, 10, 0, 0); break;
    case 'o': shape.plus = shape.space = 0; integer(&out, &shape, unsigned_value(size, &values), 0, 8, 0, 0); break;
    case 'x':
    case 'X': shape.plus = shape.space = 0; integer(&out, &shape, unsigned_value(size, &values), 0, 16, kind == 'X', 0); break;
    case 'p': integer(&out, &shape, (uintptr_t)va_arg(values, void *), 0, 16, 0, 1); break;
    case 'c': {
      char character = (char)va_arg(values, int);
      shape.zero = 0;
      field(&out, &shape, "", &character, 1, 0);
      break;
    }
    case 's': {
      const char *text = va_arg(values, const char *);
      shape.zero = 0;
      if (text == NULL) text = "(null)";
      field(&out, &shape, "", text, (int)(shape.precision < 0 ? strlen(text) : strnlen(text, (size_t)shape.precision)), 0);
      break;
    }
    case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': real(&out, &shape, va_arg(values, double), kind); break;
    case '%': emit(&out, "%", 1); break;
    default: va_end(values); return -1;
    }
  }
  va_end(values);
  return out.count;
}
