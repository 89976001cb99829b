#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"

TEST(program_getpid_is_a_uuid_that_stays) {
  const char *pid = program_getpid();
  EQUAL(strlen(pid), 36);
  for (int i = 0; i < 36; ++i)
    CHECK(i == 8 || i == 13 || i == 18 || i == 23 ? pid[i] == '-' : isxdigit((unsigned char)pid[i]) != 0);
  EQUAL(pid[14], '4');
  CHECK(strchr("89ab", pid[19]) != NULL);
  CHECK(program_getpid() == pid);
}

TEST(program_get_raw_argdata_is_the_encoding) {
  const void *bytes = NULL;
  size_t length = 0;
  program_get_raw_argdata(&bytes, &length);
  CHECK(length > 1);
  EQUAL(*(const unsigned char *)bytes, 6);
}

TEST(assert_lets_a_true_condition_pass) {
  int count = 0;
  assert(++count == 1);
  EQUAL(count, 1);
}
