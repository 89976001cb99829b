// Route: leaves a directory by '..' from deeper than PATH_MAX
// Known from: CVE-2018-1000001 (getcwd of glibc): a working directory that has no path
// Refused: ENOENT, EACCES
// Twin: opens a file down there
// Unconfined: works
#include "attempt.h"
int main(void) {
  char name[201];
  memset(name, 'd', 200);
  name[200] = 0;
  chdir(at("WORK", ""));
  for (int i = 0; i < 25; i++) {
    mkdir(name, 0755);
    chdir(name);
  }
  twin(open("file", O_WRONLY | O_CREAT, 0644));
  for (int i = 0; i < 26; i++) chdir("..");
  attempt(open("secret/file", O_RDONLY));
}
