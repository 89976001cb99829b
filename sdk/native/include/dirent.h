/* dirent.h: listings of directories that the program was given, or opened beneath them. */
#ifndef CLOUDABI_DIRENT_H
#define CLOUDABI_DIRENT_H
#include <sys/types.h>

#define DT_UNKNOWN 0
#define DT_FIFO 1
#define DT_CHR 2
#define DT_DIR 4
#define DT_BLK 6
#define DT_REG 8
#define DT_LNK 10
#define DT_SOCK 12

typedef struct __dirstream DIR;

struct dirent {
  ino_t d_ino;
  off_t d_off;
  unsigned char d_type;
  char d_name[256];
};

DIR *fdopendir(int fd);
struct dirent *readdir(DIR *stream);
int closedir(DIR *stream);
int dirfd(DIR *stream);
void rewinddir(DIR *stream);
void seekdir(DIR *stream, long place);
long telldir(DIR *stream);

#endif
