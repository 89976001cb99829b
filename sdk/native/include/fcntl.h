/* fcntl.h: files are opened beneath directories that the program was given. */
#ifndef CLOUDABI_FCNTL_H
#define CLOUDABI_FCNTL_H
#include <sys/types.h>

#define O_RDONLY 1
#define O_WRONLY 2
#define O_RDWR 3
#define O_ACCMODE 3
#define O_CREAT 0x10
#define O_DIRECTORY 0x20
#define O_EXCL 0x40
#define O_TRUNC 0x80
#define O_APPEND 0x100
#define O_NONBLOCK 0x200
#define O_NOFOLLOW 0x400
#define O_CLOEXEC 0

#define AT_REMOVEDIR 1
#define AT_SYMLINK_FOLLOW 2
#define AT_SYMLINK_NOFOLLOW 4

int openat(int directory, const char *path, int flags, ...);

#endif
