/* stdlib.h but memory: the end of the program, numbers, sorting, chance. */
#include <cloudabi_syscalls.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void (*functions[64])(void);
static size_t function_count;

int atexit(void (*function)(void))
{
  if (function_count == sizeof(functions) / sizeof(functions[0])) return -1;
  functions[function_count++] = function;
  return 0;
}

_Noreturn void _Exit(int status) { cloudabi_sys_proc_exit((cloudabi_exitcode_t)status); }
_Noreturn void _exit(int status) { _Exit(status); }

_Noreturn void exit(int status)
{
  while (function_count > 0) functions[--function_count]();
  _Exit(status);
}

_Noreturn void abort(void)
{
  cloudabi_sys_proc_raise(CLOUDABI_SIGABRT);
  __builtin_trap();
}

int abs(int number) { return number < 0 ? -number : number; }

static int value_of(char digit)
{
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'z') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'Z') return digit - 'A' + 10;
  return 99;
}

/* Reads the digits of a number; `most` is the largest that it may be. */
static unsigned long parse(const char *text, char **end, int base, unsigned long most, unsigned long least)
{
  const char *at = text;
  while (*at == ' ' || (*at >= '\t' && *at <= '\r')) at++;
  int negative = *at == '-';
  if (*at == '-' || *at == '+') at++;
  if ((base == 0 || base == 16) && at[0] == '0' && (at[1] | 0x20) == 'x' && value_of(at[2]) < 16) {
    at += 2;
    base = 16;
  }
  if (base == 0) base = *at == '0' ? 8 : 10;
  unsigned long limit = negative ? least : most, value = 0;
  int any = 0, over = 0;
  for (; value_of(*at) < base; at++, any = 1)
    over |= __builtin_mul_overflow(value, (unsigned long)base, &value) ||
            __builtin_add_overflow(value, (unsigned long)value_of(*at), &value) || value > limit;
  if (end) *end = (char *)(any ? at : text);
  if (over) {
    errno = ERANGE;
    value = limit;
  }
  return negative ? 0 - value : value;
}

long strtol(const char *text, char **end, int base) { return (long)parse(text, end, base, LONG_MAX, (unsigned long)LONG_MAX + 1); }
unsigned long strtoul(const char *text, char **end, int base) { return parse(text, end, base, ULONG_MAX, ULONG_MAX); }
long long strtoll(const char *text, char **end, int base) { return strtol(text, end, base); }
unsigned long long strtoull(const char *text, char **end, int base) { return strtoul(text, end, base); }
int atoi(const char *text) { return (int)strtol(text, NULL, 10); }

static void swap(char *a, char *b, size_t size)
{
  for (; size > 0; size--, a++, b++) {
    char byte = *a;
    *a = *b;
    *b = byte;
  }
}

/* Heap sort: no input makes it slow, and it needs no memory. */
static void sink(char *base, size_t root, size_t count, size_t size, int (*compare)(const void *, const void *))
{
  for (size_t child; (child = 2 * root + 1) < count; root = child) {
    if (child + 1 < count && compare(base + child * size, base + (child + 1) * size) < 0) child++;
    if (compare(base + root * size, base + child * size) >= 0) return;
    swap(base + root * size, base + child * size, size);
  }
}

void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *))
{
  for (size_t root = count / 2; root > 0; root--) sink(base, root - 1, count, size, compare);
  for (size_t end = count; end > 1; end--) {
    swap(base, (char *)base + (end - 1) * size, size);
    sink(base, 0, end - 1, size, compare);
  }
}

void *bsearch(const void *key, const void *base, size_t count, size_t size, int (*compare)(const void *, const void *))
{
  size_t low = 0;
  while (low < count) {
    size_t middle = low + (count - low) / 2;
    const char *at = (const char *)base + middle * size;
    int order = compare(key, at);
    if (order == 0) return (void *)at;
    if (order > 0) low = middle + 1;
    else count = middle;
  }
  return NULL;
}

void arc4random_buf(void *bytes, size_t length)
{
  if (cloudabi_sys_random_get(bytes, length) != 0) abort();
}

unsigned int arc4random(void)
{
  unsigned int number;
  arc4random_buf(&number, sizeof(number));
  return number;
}

/* Division of 128-bit numbers, which compilers call by these names. */
static unsigned __int128 divide(unsigned __int128 a, unsigned __int128 b, unsigned __int128 *rest)
{
  unsigned __int128 quotient = 0, left = 0;
  for (int bit = 127; bit >= 0; bit--) {
    left = left << 1 | (a >> bit & 1);
    if (left >= b) {
      left -= b;
      quotient |= (unsigned __int128)1 << bit;
    }
  }
  *rest = left;
  return quotient;
}

unsigned __int128 __udivti3(unsigned __int128 a, unsigned __int128 b)
{
  unsigned __int128 rest;
  return divide(a, b, &rest);
}

unsigned __int128 __umodti3(unsigned __int128 a, unsigned __int128 b)
{
  unsigned __int128 rest;
  divide(a, b, &rest);
  return rest;
}

__int128 __divti3(__int128 a, __int128 b)
{
  unsigned __int128 rest, x = a < 0 ? 0 - (unsigned __int128)a : (unsigned __int128)a;
  unsigned __int128 quotient = divide(x, b < 0 ? 0 - (unsigned __int128)b : (unsigned __int128)b, &rest);
  return (__int128)((a < 0) != (b < 0) ? 0 - quotient : quotient);
}

__int128 __modti3(__int128 a, __int128 b) { return a - __divti3(a, b) * b; }
