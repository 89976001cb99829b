// Route: uses a descriptor with the right to read alone for more: seeks, maps, locks, duplicates, sends, opens again, starts it
// Known from: CVE-2023-5369 (FreeBSD Capsicum) in shape: a right of a descriptor that a call forgets
// Grants: { proc: true, descriptors: { 3: !file { path: $SECRET/file, rights: [fd_read] } } }
// Refused: EPERM, EACCES
// Twin: reads through the descriptor, and seeks in a file of its own
// Unconfined: cannot run: the descriptor is handed over by us
#include "attempt.h"
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <utime.h>

/// A number that the kernel reads as 3, and a filter of whole registers as another.
#define HIGH (3L | (1L << 40))

static long first;

/// Notes the first call that was not refused.
static void refused(long number, long result) {
  if (result != -1 && first == 0) first = number;
}

int main(void) {
  char byte;
  char path[] = "/proc/self/fd/3";
  struct stat status;
  int sockets[2] = {-1, -1};
  int own = open(at("WORK", "/own"), O_RDWR | O_CREAT, 0600);
  refused(1, lseek(3, 0, SEEK_SET));
  refused(2, syscall(SYS_lseek, HIGH, 0, SEEK_SET));
  refused(3, pread(3, &byte, 1, 0));
  refused(4, fstat(3, &status));
  refused(5, syscall(SYS_statx, 3, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &status));
  refused(6, fchmod(3, 0666));
  refused(7, fchown(3, -1, -1));
  refused(8, futimens(3, NULL));
  refused(9, fsetxattr(3, "user.attack", "x", 1, 0));
  refused(10, ftruncate(3, 0));
  refused(11, fsync(3));
  refused(12, mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 3, 0) == MAP_FAILED ? -1 : 0);
  refused(13, dup(3));
  refused(14, dup2(3, 9));
  refused(15, dup3(3, 9, O_CLOEXEC));
  refused(16, fcntl(3, F_DUPFD, 0));
  refused(17, fcntl(3, F_DUPFD_CLOEXEC, 0));
  refused(18, fcntl(3, F_SETFL, O_APPEND));
  refused(19, open(path, O_RDONLY));
  refused(20, open("/dev/fd/3", O_RDONLY));
  refused(21, socketpair(AF_UNIX, SOCK_STREAM, 0, sockets));
  refused(22, syscall(SYS_socketpair, AF_UNIX | (1L << 40), SOCK_DGRAM, 0, sockets));
  refused(23, sendfile(own, 3, NULL, 1));
  refused(24, copy_file_range(3, NULL, own, NULL, 1, 0));
  refused(25, ioctl(own, FICLONE, 3));
  refused(26, syscall(SYS_pidfd_getfd, syscall(SYS_pidfd_open, getpid(), 0), 3, 0));
  refused(27, syscall(SYS_execveat, 3, "", NULL, NULL, AT_EMPTY_PATH));
  refused(28, ioctl(3, FS_IOC_GETFLAGS, &byte));
  struct flock lock = {.l_type = F_RDLCK};
  refused(29, flock(3, LOCK_SH | LOCK_NB));
  refused(30, fcntl(3, F_SETLK, &lock));
  refused(31, fcntl(3, F_OFD_SETLK, &lock));
  if (first != 0) {
    printf("attempt: call %ld was let through\n", first);
  } else {
    attempt(lseek(3, 0, SEEK_SET));
  }
  twin(read(3, &byte, 1) == 1 && own >= 0 && lseek(own, 0, SEEK_END) >= 0 ? 0 : -1);
}
