/* Calls with paths. A longer path than the kernel takes is cut, and is still too long for it. */
#include "guest.h"

struct lookup {
  u32 fd;
  u32 flags;
};

/* Puts a path into a slot, the first or the second, and its address and length among the words; false where it is not there. */
static int put_path(struct slot *slot, int word, int second, const char *path, u64 length)
{
  if (length > MOST_PATH) length = MOST_PATH;
  u8 *to = slot->data + (second ? MOST_PATH : 0);
  slot->words[word] = place(to);
  slot->words[word + 1] = length;
  return copy(to, path, length);
}
/* The room behind both paths. */
#define BEHIND(slot) ((slot)->data + 2 * MOST_PATH)

EXPORT errno_t cloudabi_sys_file_create(u32 fd, const char *path, u64 length, u8 type)
{
  struct slot *slot = claim();
  slot->words[0] = fd;
  if (!put_path(slot, 1, 0, path, length)) FINISH(slot, CLOUDABI_EFAULT);
  slot->words[3] = type;
  FINISH(slot, notify(CALL_file_create, slot));
}
EXPORT errno_t cloudabi_sys_file_link(struct lookup from, const char *path1, u64 length1, u32 to, const char *path2, u64 length2)
{
  struct slot *slot = claim();
  slot->words[0] = from.fd;
  slot->words[1] = from.flags;
  if (!put_path(slot, 2, 0, path1, length1)) FINISH(slot, CLOUDABI_EFAULT);
  slot->words[4] = to;
  if (!put_path(slot, 5, 1, path2, length2)) FINISH(slot, CLOUDABI_EFAULT);
  FINISH(slot, notify(CALL_file_link, slot));
}
EXPORT errno_t cloudabi_sys_file_open(struct lookup from, const char *path, u64 length, u16 flags, const cloudabi_fdstat_t *stat,
                                      u32 *fd)
{
  if (!reaches(fd, sizeof(*fd))) return CLOUDABI_EFAULT;
  struct slot *slot = claim();
  slot->words[0] = from.fd;
  slot->words[1] = from.flags;
  if (!put_path(slot, 2, 0, path, length)) FINISH(slot, CLOUDABI_EFAULT);
  slot->words[4] = flags;
  if (!copy(BEHIND(slot), stat, sizeof(*stat))) FINISH(slot, CLOUDABI_EFAULT);
  slot->words[5] = place(BEHIND(slot));
  slot->words[6] = place(slot->results);
  errno_t error = notify(CALL_file_open, slot);
  if (error == 0 && !copy(fd, slot->results, sizeof(*fd))) error = CLOUDABI_EFAULT;
  FINISH(slot, error);
}
EXPORT errno_t cloudabi_sys_file_readlink(u32 fd, const char *path, u64 length, char *to, u64 room, u64 *used)
{
  if (reach_both(to, room, used, sizeof(*used)) != 0) return CLOUDABI_EFAULT;
  struct slot *slot = claim();
  slot->words[0] = fd;
  if (!put_path(slot, 1, 0, path, length)) FINISH(slot, CLOUDABI_EFAULT);
  slot->words[3] = place(BEHIND(slot));
  slot->words[4] = room < MOST_PATH ? room : MOST_PATH;
  slot->words[5] = place(slot->results);
  errno_t error = notify(CALL_file_readlink, slot);
  if (error == 0) {
    u64 got = slot->results[0];
    if (!copy(to, BEHIND(slot), got < room ? got : room) || !copy(used, &got, sizeof(got))) error = CLOUDABI_EFAULT;
  }
  FINISH(slot, error);
}
EXPORT errno_t cloudabi_sys_file_rename(u32 from, const char *path1, u64 length1, u32 to, const char *path2, u64 length2)
{
  struct slot *slot = claim();
  slot->words[0] = from;
  if (!put_path(slot, 1, 0, path1, length1)) FINISH(slot, CLOUDABI_EFAULT);
  slot->words[3] = to;
  if (!put_path(slot, 4, 1, path2, length2)) FINISH(slot, CLOUDABI_EFAULT);
  FINISH(slot, notify(CALL_file_rename, slot));
}
EXPORT errno_t cloudabi_sys_file_stat_get(struct lookup from, const char *path, u64 length, cloudabi_filestat_t *stat)
{
  if (!reaches(stat, sizeof(*stat))) return CLOUDABI_EFAULT;
  struct slot *slot = claim();
  slot->words[0] = from.fd;
  slot->words[1] = from.flags;
  if (!put_path(slot, 2, 0, path, length)) FINISH(slot, CLOUDABI_EFAULT);
  slot->words[4] = place(BEHIND(slot));
  errno_t error = notify(CALL_file_stat_get, slot);
  if (error == 0 && !copy(stat, BEHIND(slot), sizeof(*stat))) error = CLOUDABI_EFAULT;
  FINISH(slot, error);
}
EXPORT errno_t cloudabi_sys_file_stat_put(struct lookup from, const char *path, u64 length, const cloudabi_filestat_t *stat,
                                          u16 flags)
{
  struct slot *slot = claim();
  slot->words[0] = from.fd;
  slot->words[1] = from.flags;
  if (!put_path(slot, 2, 0, path, length)) FINISH(slot, CLOUDABI_EFAULT);
  if (!copy(BEHIND(slot), stat, sizeof(*stat))) FINISH(slot, CLOUDABI_EFAULT);
  slot->words[4] = place(BEHIND(slot));
  slot->words[5] = flags;
  FINISH(slot, notify(CALL_file_stat_put, slot));
}
EXPORT errno_t cloudabi_sys_file_symlink(const char *path1, u64 length1, u32 fd, const char *path2, u64 length2)
{
  struct slot *slot = claim();
  if (!put_path(slot, 0, 0, path1, length1)) FINISH(slot, CLOUDABI_EFAULT);
  slot->words[2] = fd;
  if (!put_path(slot, 3, 1, path2, length2)) FINISH(slot, CLOUDABI_EFAULT);
  FINISH(slot, notify(CALL_file_symlink, slot));
}
EXPORT errno_t cloudabi_sys_file_unlink(u32 fd, const char *path, u64 length, u8 flags)
{
  struct slot *slot = claim();
  slot->words[0] = fd;
  if (!put_path(slot, 1, 0, path, length)) FINISH(slot, CLOUDABI_EFAULT);
  slot->words[3] = flags;
  FINISH(slot, notify(CALL_file_unlink, slot));
}
