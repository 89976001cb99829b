// Route: changes the mode, owner, times and attributes of a file whose attributes a rule protects, by every call on its descriptor
// Known from: fchmod(2), fsetxattr(2), ioctl_iflags(2): each needs a descriptor for reading only
// Grants: {rules: ['deny attributes $WORK/file']}
// Refused: EACCES, EPERM, ENOSYS
// Twin: changes the mode of another file
// Unconfined: works
// Worlds: walls
#include "attempt.h"
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/xattr.h>

static long made(long result) {
  return result == 0;
}

int main(void) {
  char *path = at("WORK", "/file"), *other = at("WORK", "/other"), *again;
  int descriptor = open(path, O_RDONLY), flags = 0, fresh = open(other, O_WRONLY | O_CREAT, 0600);
  asprintf(&again, "/proc/self/fd/%d", descriptor);
  long count = made(fchmod(descriptor, 0640)) + made(fchown(descriptor, getuid(), getgid()));
  count += made(fsetxattr(descriptor, "user.a", "b", 1, 0)) + made(fremovexattr(descriptor, "user.a"));
  count += made(futimens(descriptor, NULL)) + made(chmod(again, 0640));
  count += made(utimensat(descriptor, "", NULL, AT_EMPTY_PATH));
  count += made(fchownat(descriptor, "", getuid(), getgid(), AT_EMPTY_PATH));
  count += made(syscall(452, descriptor, "", 0640, AT_EMPTY_PATH));
  struct { unsigned long value; unsigned size, flags; } one = {(unsigned long)"b", 1, 0};
  count += made(syscall(463, descriptor, "", AT_EMPTY_PATH, "user.a", &one, 16));
  if (ioctl(descriptor, FS_IOC_GETFLAGS, &flags) == 0) count += made(ioctl(descriptor, FS_IOC_SETFLAGS, &flags));
  errno = EACCES;
  attempt(count > 0 ? 0 : -1);
  twin(fchmod(fresh, 0640));
}
