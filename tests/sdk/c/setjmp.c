#include <setjmp.h>

#include "check.h"

static jmp_buf place;

static void deep(int level) {
  if (level == 0)
    longjmp(place, 7);
  deep(level - 1);
}

TEST(longjmp_returns_to_setjmp_with_its_value) {
  volatile int times = 0;
  int value = setjmp(place);
  ++times;
  if (value == 0)
    deep(10);
  EQUAL(value, 7);
  EQUAL(times, 2);
  if ((value = setjmp(place)) == 0)
    longjmp(place, 0);
  EQUAL(value, 1);
}

TEST(sigsetjmp_is_setjmp) {
  sigjmp_buf here;
  volatile int passed = 0;
  if (setjmp(here) == 0) {
    passed = 1;
    longjmp(here, 1);
  }
  EQUAL(passed, 1);
}
