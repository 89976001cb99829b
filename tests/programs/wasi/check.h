// Frame of all conformance programs: a table of named cases of which argv[1] selects one, and checks that
// print their place, their expression, its value and the expected one when they fail, and then exit with 1.
// An unknown case exits with 2, so that a misspelt name cannot pass.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <wasi/api.h>

// The first preopened directory; the harness hands a fresh, writable one to every case.
#define ROOT 3
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define E(name) __WASI_ERRNO_##name
#define R(name) __WASI_RIGHTS_##name
#define FOLLOW __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW

struct test_case {
  const char *name;
  void (*run)(void);
};

static inline void say(const char *text) {
  __wasi_ciovec_t piece = {(const uint8_t *)text, strlen(text)};
  __wasi_size_t written;
  (void)!__wasi_fd_write(2, &piece, 1, &written);
}

static inline void say_number(long long value) {
  char digits[24];
  char *at = digits + sizeof(digits);
  unsigned long long rest = value < 0 ? 0 - (unsigned long long)value : (unsigned long long)value;
  *--at = 0;
  do {
    *--at = (char)('0' + rest % 10);
    rest /= 10;
  } while (rest > 0);
  if (value < 0) *--at = '-';
  say(at);
}

static _Noreturn void fail(const char *file, int line, const char *what, long long got, const char *wanted,
                           long long number) {
  say(file);
  say(":");
  say_number(line);
  say(": ");
  say(what);
  say("\n  got ");
  say_number(got);
  say(", wanted ");
  say(wanted);
  say(" (");
  say_number(number);
  say(")\n");
  __wasi_proc_exit(1);
}

static inline void check(const char *file, int line, const char *what, long long got, const char *wanted,
                  long long number) {
  if (got != number) fail(file, line, what, got, wanted, number);
}

static inline void check_any(const char *file, int line, const char *what, long long got, const char *wanted,
                      size_t count, const long long *numbers) {
  for (size_t i = 0; i < count; i++)
    if (got == numbers[i]) return;
  fail(file, line, what, got, wanted, numbers[0]);
}

// `expression` gives exactly `wanted`.
#define CHECK(expression, wanted) \
  check(__FILE_NAME__, __LINE__, #expression, (long long)(expression), #wanted, (long long)(wanted))
// `expression` gives one of the wanted values: used where the public suite allows several. The first is ours.
#define CHECK_ANY(expression, ...)                                                             \
  check_any(__FILE_NAME__, __LINE__, #expression, (long long)(expression), #__VA_ARGS__,       \
            sizeof((long long[]){__VA_ARGS__}) / sizeof(long long), (long long[]){__VA_ARGS__})
#define CHECK_TRUE(condition) CHECK(!!(condition), 1)
#define OK(call) check(__FILE_NAME__, __LINE__, #call, (long long)(call), "success", 0)
// Leaving the granted directory: wasmtime answers perm, uvwasi and CloudABI notcapable; the suite takes both.
#define CHECK_OUTSIDE(call)                                                               \
  check_any(__FILE_NAME__, __LINE__, #call, (long long)(call), "perm or notcapable", 2, \
            (long long[]){E(PERM), E(NOTCAPABLE)})
// A call whose right the descriptor lacks: notcapable by the documentation, badf from wasmtime, which keeps
// no rights; the suite takes both.
#define CHECK_NO_RIGHT(call)                                                               \
  check_any(__FILE_NAME__, __LINE__, #call, (long long)(call), "notcapable or badf", 2, \
            (long long[]){E(NOTCAPABLE), E(BADF)})

static inline int run_case(int argc, char **argv, const struct test_case *cases, size_t count) {
  for (size_t i = 0; argc > 1 && i < count; i++)
    if (strcmp(argv[1], cases[i].name) == 0) {
      cases[i].run();
      return 0;
    }
  say("no such case\n");
  return 2;
}

// Defines main() for the table `cases`.
#define CASES(...)                                              \
  static const struct test_case cases[] = {__VA_ARGS__};        \
  int main(int argc, char **argv) { return run_case(argc, argv, cases, LENGTH(cases)); }
