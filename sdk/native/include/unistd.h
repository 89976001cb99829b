/* unistd.h: reading, writing, and the directories that the program was given. */
#ifndef CLOUDABI_UNISTD_H
#define CLOUDABI_UNISTD_H
#include <sys/types.h>

#define SEEK_SET 3
#define SEEK_CUR 1
#define SEEK_END 2

int close(int fd);
int dup(int fd);
int fdatasync(int fd);
int fsync(int fd);
int ftruncate(int fd, off_t size);
off_t lseek(int fd, off_t offset, int whence);
ssize_t pread(int fd, void *bytes, size_t length, off_t offset);
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset);
ssize_t read(int fd, void *bytes, size_t length);
ssize_t write(int fd, const void *bytes, size_t length);
int linkat(int from, const char *path, int to, const char *name, int flags);
ssize_t readlinkat(int directory, const char *path, char *text, size_t size);
int symlinkat(const char *text, int directory, const char *path);
int unlinkat(int directory, const char *path, int flags);
int getentropy(void *bytes, size_t length);
_Noreturn void _exit(int status);

#endif
