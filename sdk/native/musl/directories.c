/* dirent.h, over file_readdir. */
#include <cloudabi_syscalls.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct __dirstream {
  int fd;
  cloudabi_dircookie_t place;
  size_t at, end;
  struct dirent entry;
  _Alignas(8) char bytes[4096];
};

DIR *fdopendir(int fd)
{
  cloudabi_fdstat_t stat;
  cloudabi_errno_t error = cloudabi_sys_fd_stat_get((cloudabi_fd_t)fd, &stat);
  if (error == 0 && stat.fs_filetype != CLOUDABI_FILETYPE_DIRECTORY) error = CLOUDABI_ENOTDIR;
  DIR *stream = error ? NULL : calloc(1, sizeof(*stream));
  if (error) errno = error;
  if (stream) stream->fd = fd;
  return stream;
}

int closedir(DIR *stream)
{
  cloudabi_errno_t error = cloudabi_sys_fd_close((cloudabi_fd_t)stream->fd);
  free(stream);
  if (error == 0) return 0;
  errno = error;
  return -1;
}

int dirfd(DIR *stream) { return stream->fd; }
long telldir(DIR *stream) { return (long)stream->place; }
void seekdir(DIR *stream, long place)
{
  stream->place = (cloudabi_dircookie_t)place;
  stream->at = stream->end = 0;
}
void rewinddir(DIR *stream) { seekdir(stream, CLOUDABI_DIRCOOKIE_START); }

static unsigned char type_of(cloudabi_filetype_t type)
{
  switch (type) {
  case CLOUDABI_FILETYPE_REGULAR_FILE: return DT_REG;
  case CLOUDABI_FILETYPE_DIRECTORY: return DT_DIR;
  case CLOUDABI_FILETYPE_SYMBOLIC_LINK: return DT_LNK;
  case CLOUDABI_FILETYPE_CHARACTER_DEVICE: return DT_CHR;
  case CLOUDABI_FILETYPE_BLOCK_DEVICE: return DT_BLK;
  case CLOUDABI_FILETYPE_SOCKET_DGRAM:
  case CLOUDABI_FILETYPE_SOCKET_STREAM: return DT_SOCK;
  default: return DT_UNKNOWN;
  }
}

struct dirent *readdir(DIR *stream)
{
  for (;;) {
    size_t left = stream->end - stream->at;
    cloudabi_dirent_t head;
    if (left >= sizeof(head)) {
      memcpy(&head, stream->bytes + stream->at, sizeof(head));
      if (left - sizeof(head) >= head.d_namlen && head.d_namlen < sizeof(stream->entry.d_name)) {
        struct dirent *entry = &stream->entry;
        entry->d_ino = head.d_ino;
        entry->d_off = (off_t)head.d_next;
        entry->d_type = type_of(head.d_type);
        memcpy(entry->d_name, stream->bytes + stream->at + sizeof(head), head.d_namlen);
        entry->d_name[head.d_namlen] = 0;
        stream->at += sizeof(head) + head.d_namlen;
        stream->place = head.d_next;
        return entry;
      }
    }
    /* The last entry may be cut off: the next look begins with it. A look that does not fill the room was the last. */
    if (stream->end > 0 && stream->end < sizeof(stream->bytes)) return NULL;
    stream->at = stream->end = 0;
    size_t used = 0;
    cloudabi_errno_t error =
        cloudabi_sys_file_readdir((cloudabi_fd_t)stream->fd, stream->bytes, sizeof(stream->bytes), stream->place, &used);
    if (error) {
      errno = error;
      return NULL;
    }
    if (used == 0) return NULL;
    stream->end = used;
  }
}
