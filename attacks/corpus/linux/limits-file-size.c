// Route: fills the disk with one file
// Known from: first principles
// Grants: { limits: { file_size: 64 KiB } }
// Refused: EFBIG
// Twin: writes a small file
// Unconfined: works
#include "attempt.h"
int main(void) {
  char bytes[4096] = {0};
  signal(SIGXFSZ, SIG_IGN);
  int file = open(at("WORK", "/large"), O_WRONLY | O_CREAT, 0644), result = 0;
  twin(write(file, bytes, sizeof bytes));
  for (int i = 0; i < 64 && result != -1; i++) result = write(file, bytes, sizeof bytes);
  attempt(result);
}
