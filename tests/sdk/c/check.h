/*
 * check.h: tests in C and C++. TEST registers a function, and CHECK and EQUAL note what does not hold; main.c runs
 * them all and prints a line for each, which c-library.test.ts makes a test of.
 */
#ifndef TESTS_SDK_C_CHECK_H
#define TESTS_SDK_C_CHECK_H

#include <errno.h>
#include <program.h>
#include <stdbool.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

struct test {
  const char *file;
  const char *name;
  void (*run)(void);
  struct test *next;
};

void add_test(struct test *test);
void fail(const char *file, int line, const char *what, long long found, long long wanted);

/* A folder that tests may write to, a file in it with the bytes "0123456789", and a place for output. */
extern int folder, output;

#ifdef __cplusplus
}
#endif

#define TEST(name)                                                                   \
  static void name(void);                                                            \
  __attribute__((constructor)) static void add_##name(void) {                        \
    static struct test test = {__FILE__, #name, name, NULL};                         \
    add_test(&test);                                                                 \
  }                                                                                  \
  static void name(void)

#define CHECK(condition) ((condition) ? (void)0 : fail(__FILE__, __LINE__, #condition, 0, 1))
#define EQUAL(found, wanted)                                                         \
  do {                                                                               \
    long long found_ = (long long)(found), wanted_ = (long long)(wanted);            \
    if (found_ != wanted_)                                                           \
      fail(__FILE__, __LINE__, #found, found_, wanted_);                             \
  } while (0)
/* Checks a call that shall fail. */
#define FAILS(call, error)                                                           \
  do {                                                                               \
    errno = 0;                                                                       \
    EQUAL(call, -1);                                                                 \
    EQUAL(errno, error);                                                             \
  } while (0)

#endif
