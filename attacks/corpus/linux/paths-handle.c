// Route: opens a file by a handle, which needs no path
// Known from: Shocker (Docker before 1.0), CVE-2014-3519 (OpenVZ)
// Refused: EOPNOTSUPP, ENOENT
// Twin: opens a granted file by its path
// Unconfined: works for root
#include "attempt.h"
int main(void) {
  struct {
    struct file_handle head;
    unsigned char bytes[128];
  } handle = {.head.handle_bytes = 128};
  int mount;
  long result = name_to_handle_at(AT_FDCWD, at("SECRET", "/file"), &handle.head, &mount, 0);
  if (result == 0 || errno == EPERM) {
    // The root of ext4 and xfs has a well-known number, so that a handle can be guessed.
    int directory = open(at("WORK", ""), O_RDONLY);
    result = open_by_handle_at(directory, &handle.head, O_RDONLY);
  }
  attempt(result);
  twin(open(at("READ", "/file"), O_RDONLY));
}
