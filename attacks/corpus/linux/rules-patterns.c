// Route: opens paths over which a matcher that goes back would never end, to hold the supervisor up or get past it
// Known from: CVE-2022-21680, CVE-2022-3517 (marked, minimatch): patterns with catastrophic backtracking
// Grants: {rules: ['hide $WORK/**/*a*a*a*a*a*a*a*a*a*a*b', 'hide $WORK/**/a/**/a/**/a/**/b', 'hide $WORK/way/held']}
// Refused: ENOENT
// Twin: opens a file of its own with such a name
// Unconfined: works
// Worlds: walls
#include "attempt.h"
#include <sys/resource.h>
#include <time.h>

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(void) {
  char name[256], deep[4000] = "", *long_name, *deep_name;
  memset(name, 'a', 255);
  name[255] = 0;
  for (int i = 0; i < 900; i++) strcat(deep, "a/a/");
  asprintf(&long_name, "%s/%s", at("WORK", ""), name);
  asprintf(&deep_name, "%s/%s", at("WORK", ""), deep);
  double start = seconds();
  int ours = -1;
  for (int i = 0; i < 200; i++) {
    struct stat status;
    if (ours != -1) close(ours);
    ours = open(long_name, O_RDWR | O_CREAT, 0644);
    stat(deep_name, &status);
  }
  int error = seconds() - start < 20 ? errno : ETIME;
  int found = open(at("WORK", "/way/held"), O_RDONLY);
  name[254] = 'b'; /* one that the first pattern matches */
  asprintf(&long_name, "%s/%s", at("WORK", ""), name);
  if (found == -1 && open(long_name, O_RDWR | O_CREAT, 0644) != -1) found = 0;
  errno = ENOENT;
  attempt(found);
  errno = error;
  twin(error == ETIME ? -1 : ours);
}
