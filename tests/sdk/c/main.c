/* Runs the tests of the other files: `ok NAME`, or `not ok NAME` after a line for each check that failed. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>

int folder = -1, output = -1;

static struct test *tests;
static int failures;

void add_test(struct test *test) {
  test->next = tests;
  tests = test;
}

void fail(const char *file, int line, const char *what, long long found, long long wanted) {
  ++failures;
  dprintf(output, "# %s:%d: %s is %lld, not %lld\n", file, line, what, found, wanted);
}

void program_main(const argdata_t *ad) {
  argdata_map_iterator_t it;
  const argdata_t *key, *value;
  const char *only = "";
  for (argdata_map_iterate(ad, &it); argdata_map_get(&it, &key, &value); argdata_map_next(&it)) {
    const char *name;
    if (argdata_get_str_c(key, &name) != 0)
      continue;
    if (strcmp(name, "folder") == 0)
      argdata_get_fd(value, &folder);
    else if (strcmp(name, "output") == 0)
      argdata_get_fd(value, &output);
    else if (strcmp(name, "only") == 0)
      argdata_get_str_c(value, &only);
  }
  for (struct test *test = tests; test != NULL; test = test->next) {
    if (strstr(test->name, only) == NULL)
      continue;
    failures = 0;
    /* The name is there before the test, which may trap. */
    dprintf(output, "start %s\n", test->name);
    test->run();
    dprintf(output, "%s %s\n", failures == 0 ? "ok" : "not ok", test->name);
  }
  exit(0);
}
