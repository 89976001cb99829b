/* Calls on descriptors: reading and writing those that lie here, and everything else by the supervisor. */
#include "guest.h"

/* Ways in which the program may use a descriptor by itself: bits in the first page of the window, from the supervisor. */
u8 direct(u32 fd) { return fd < DIRECT_DESCRIPTORS ? record.window[fd] : 0; }

/* Gives the descriptor here up, so that the other end of a pipe sees that, and later uses go to the supervisor. */
void let_go(u32 fd)
{
  if (direct(fd) == 0) return;
  record.window[fd] = 0;
  call1(nr_close, fd);
}

static errno_t with_words(u32 number, u64 a, u64 b, u64 c, u64 d)
{
  struct slot *slot = claim();
  slot->words[0] = a;
  slot->words[1] = b;
  slot->words[2] = c;
  slot->words[3] = d;
  FINISH(slot, notify(number, slot));
}

static errno_t with_descriptor(u32 number, u32 fd) { return with_words(number, fd, 0, 0, 0); }

/* The same with a result of four bytes, and a second one where `size` is 4. */
static errno_t with_results(u32 number, u64 a, u32 *first, u32 *second, u64 size)
{
  if (reach_both(first, sizeof(*first), second, size) != 0) return CLOUDABI_EFAULT;
  struct slot *slot = claim();
  slot->words[0] = a;
  slot->words[1] = place(&slot->results[0]);
  slot->words[2] = place(&slot->results[1]);
  errno_t error = notify(number, slot);
  if (error == 0 && !(copy(first, &slot->results[0], 4) && copy(second, &slot->results[1], size)))
    error = CLOUDABI_EFAULT;
  FINISH(slot, error);
}

EXPORT errno_t cloudabi_sys_fd_close(u32 fd)
{
  let_go(fd);
  return with_descriptor(CALL_fd_close, fd);
}
EXPORT errno_t cloudabi_sys_fd_create1(u8 type, u32 *fd)
{
  return with_results(CALL_fd_create1, type, fd, 0, 0);
}
EXPORT errno_t cloudabi_sys_fd_create2(u8 type, u32 *a, u32 *b)
{
  return with_results(CALL_fd_create2, type, a, b, sizeof(*b));
}
EXPORT errno_t cloudabi_sys_fd_dup(u32 from, u32 *fd) { return with_results(CALL_fd_dup, from, fd, 0, 0); }
EXPORT errno_t cloudabi_sys_fd_replace(u32 from, u32 to)
{
  if (from != to) let_go(to);
  return with_words(CALL_fd_replace, from, to, 0, 0);
}
EXPORT errno_t cloudabi_sys_fd_datasync(u32 fd) { return with_descriptor(CALL_fd_datasync, fd); }
EXPORT errno_t cloudabi_sys_fd_sync(u32 fd) { return with_descriptor(CALL_fd_sync, fd); }
EXPORT errno_t cloudabi_sys_file_advise(u32 fd, u64 offset, u64 length, u8 advice)
{
  return with_words(CALL_file_advise, fd, offset, length, advice);
}
EXPORT errno_t cloudabi_sys_file_allocate(u32 fd, u64 offset, u64 length)
{
  return with_words(CALL_file_allocate, fd, offset, length, 0);
}
EXPORT errno_t cloudabi_sys_sock_shutdown(u32 fd, u8 how)
{
  return with_words(CALL_sock_shutdown, fd, how, 0, 0);
}

/* A buffer as the program's, and as the supervisor sees it. */
struct wide {
  u8 *at;
  u64 length;
};
struct narrow {
  u32 at;
  u32 length;
};

/*
 * Lays an array of buffers out in a slot, as far as there is room; a read or write of less than was asked for is one of
 * those that every program must expect. False where something of it is not there.
 */
static int lay_out(struct slot *slot, const struct wide *from, u64 count, int writes, struct narrow **array, u64 *laid)
{
  struct narrow *to = (struct narrow *)slot->data;
  u64 used = MOST_VECTORS * sizeof(struct narrow);
  *array = to;
  for (*laid = 0; *laid < count && *laid < MOST_VECTORS; ++*laid) {
    struct wide one;
    if (!copy(&one, &from[*laid], sizeof(one))) return 0;
    u64 length = one.length;
    if (length > SLOT_DATA - used) length = SLOT_DATA - used;
    to[*laid].at = place(slot->data + used);
    to[*laid].length = (u32)length;
    if (writes ? !copy(slot->data + used, one.at, length) : !reaches(one.at, length)) return 0;
    used += length;
  }
  return 1;
}

/* Hands what was read to the program; false where its buffers have gone meanwhile. */
static int collect(const struct wide *to, const struct narrow *array, u64 count, u64 done)
{
  for (u64 index = 0; index < count && done > 0; index++) {
    struct wide one;
    u64 length = array[index].length < done ? array[index].length : done;
    if (!copy(&one, &to[index], sizeof(one)) || !copy(one.at, record.window + array[index].at, length)) return 0;
    done -= length;
  }
  return 1;
}

static errno_t transfer(u32 number, u32 fd, const struct wide *from, u64 count, u64 offset, int writes, int positioned,
                        u64 *done)
{
  if (count > MOST_LENGTHS) return CLOUDABI_EINVAL;
  struct slot *slot = claim();
  struct narrow *array;
  u64 laid;
  int next = 3;
  if (!lay_out(slot, from, count, writes, &array, &laid)) FINISH(slot, CLOUDABI_EFAULT);
  slot->words[0] = fd;
  slot->words[1] = place(array);
  slot->words[2] = laid;
  if (positioned) slot->words[next++] = offset;
  slot->words[next] = place(slot->results);
  errno_t error = notify(number, slot);
  if (error == 0) {
    u64 moved = slot->results[0];
    int there = writes || collect(from, array, laid, moved);
    if (!copy(done, &moved, sizeof(moved)) || !there) error = CLOUDABI_EFAULT;
  }
  FINISH(slot, error);
}

/* These are for calls of the most frequent kind, which have no time for a copy: false where the program's memory is not there. */
INLINE int load_pair(const struct wide *from, struct wide *to)
{
  int done = 1;
  u8 *at = 0;
  u64 length = 0;
  asm volatile("1: movq (%[from]), %[at]\n"
               "2: movq 8(%[from]), %[length]\n"
               "3:\n"
               ".subsection 1\n"
               "4: xorl %[done], %[done]\n"
               "   jmp 3b\n"
               ".previous\n" FIXUP("1b", "4b") FIXUP("2b", "4b")
               : [at] "+&r"(at), [length] "+&r"(length), [done] "+&r"(done)
               : [from] "r"(from)
               : "memory");
  to->at = at;
  to->length = length;
  return done;
}
INLINE int store(u64 *to, u64 value)
{
  int done = 1;
  asm volatile("1: movq %[value], (%[to])\n"
               "2:\n"
               ".subsection 1\n"
               "3: xorl %[done], %[done]\n"
               "   jmp 2b\n"
               ".previous\n" FIXUP("1b", "3b")
               : [done] "+&r"(done)
               : [to] "r"(to), [value] "r"(value)
               : "memory");
  return done;
}

/* Tells whether a result can be stored, before there is one. */
INLINE int takes(u64 *to)
{
  int done = 1;
  u64 value;
  asm volatile("1: movq (%[to]), %[value]\n"
               "2: movq %[value], (%[to])\n"
               "3:\n"
               ".subsection 1\n"
               "4: xorl %[done], %[done]\n"
               "   jmp 3b\n"
               ".previous\n" FIXUP("1b", "4b") FIXUP("2b", "4b")
               : [value] "=&r"(value), [done] "+&r"(done)
               : [to] "r"(to)
               : "memory");
  return done;
}

/* Makes a call on a descriptor here; false where there is none that allows it, so that the supervisor must be asked. */
static int made_here(i64 result, u64 *done, errno_t *error)
{
  if (result == -EBADF) return 0;
  *error = result < 0 ? error_of(result) : 0;
  if (result >= 0 && !store(done, (u64)result)) *error = CLOUDABI_EFAULT;
  return 1;
}

/* Reads or writes with any number of buffers, or by the supervisor. */
static errno_t with_many(u32 fd, const struct wide *iovs, u64 count, u64 *done, int writes)
{
  errno_t error;
  i64 call = writes ? nr_writev : nr_readv;
  if (!takes(done)) return CLOUDABI_EFAULT;
  if (count != 1 && direct(fd) && made_here(call3(call, fd, (i64)iovs, (i64)count), done, &error)) return error;
  return transfer(writes ? CALL_fd_write : CALL_fd_read, fd, iovs, count, 0, writes, 0, done);
}
__attribute__((noinline)) static errno_t read_many(u32 fd, const struct wide *iovs, u64 count, u64 *done)
{
  return with_many(fd, iovs, count, done, 0);
}
__attribute__((noinline)) static errno_t write_many(u32 fd, const struct wide *iovs, u64 count, u64 *done)
{
  return with_many(fd, iovs, count, done, 1);
}

/* Makes a call of Linux without touching the registers of the fourth argument and those behind it, where a caller's values stay. */
INLINE i64 short_call(i64 number, u32 fd, const void *at, u64 length)
{
  i64 result;
  asm volatile("syscall" : "=a"(result) : "a"(number), "D"((u64)fd), "S"(at), "d"(length) : "rcx", "r11", "memory");
  return result;
}

/*
 * The most frequent calls have one buffer and a descriptor that lies here: they need no array, and nothing is
 * put on the stack, since a system call leaves most registers as they are.
 */
EXPORT errno_t cloudabi_sys_fd_read(u32 fd, const struct wide *iovs, u64 count, u64 *nread)
{
  struct wide one;
  if (count == 1 && direct(fd) && takes(nread) && load_pair(iovs, &one)) {
    i64 result = short_call(nr_read, fd, one.at, one.length);
    if (result >= 0) return store(nread, (u64)result) ? 0 : CLOUDABI_EFAULT;
    if (result != -EBADF) return error_of(result);
  }
  return read_many(fd, iovs, count, nread);
}
EXPORT errno_t cloudabi_sys_fd_write(u32 fd, const struct wide *iovs, u64 count, u64 *written)
{
  struct wide one;
  if (count == 1 && direct(fd) && takes(written) && load_pair(iovs, &one)) {
    i64 result = short_call(nr_write, fd, one.at, one.length);
    if (result >= 0) return store(written, (u64)result) ? 0 : CLOUDABI_EFAULT;
    if (result != -EBADF) return error_of(result);
  }
  return write_many(fd, iovs, count, written);
}
EXPORT errno_t cloudabi_sys_fd_pread(u32 fd, const struct wide *iovs, u64 count, u64 offset, u64 *nread)
{
  errno_t error;
  if (!takes(nread)) return CLOUDABI_EFAULT;
  if (direct(fd) && made_here(call4(nr_preadv, fd, (i64)iovs, (i64)count, (i64)offset), nread, &error)) return error;
  return transfer(CALL_fd_pread, fd, iovs, count, offset, 0, 1, nread);
}
EXPORT errno_t cloudabi_sys_fd_pwrite(u32 fd, const struct wide *iovs, u64 count, u64 offset, u64 *written)
{
  errno_t error;
  if (!takes(written)) return CLOUDABI_EFAULT;
  if (direct(fd) && made_here(call4(nr_pwritev, fd, (i64)iovs, (i64)count, (i64)offset), written, &error)) return error;
  return transfer(CALL_fd_pwrite, fd, iovs, count, offset, 1, 1, written);
}
EXPORT errno_t cloudabi_sys_fd_seek(u32 fd, i64 offset, u8 whence, u64 *position)
{
  if (!reaches(position, sizeof(*position))) return CLOUDABI_EFAULT;
  struct slot *slot = claim();
  slot->words[0] = fd;
  slot->words[1] = (u64)offset;
  slot->words[2] = whence;
  slot->words[3] = place(slot->results);
  errno_t error = notify(CALL_fd_seek, slot);
  if (error == 0 && !copy(position, slot->results, sizeof(*position))) error = CLOUDABI_EFAULT;
  FINISH(slot, error);
}

/* Structures without addresses look the same on both sides. */
static errno_t get(u32 number, u32 fd, void *to, u64 size)
{
  if (!reaches(to, size)) return CLOUDABI_EFAULT;
  struct slot *slot = claim();
  slot->words[0] = fd;
  slot->words[1] = place(slot->data);
  errno_t error = notify(number, slot);
  if (error == 0 && !copy(to, slot->data, size)) error = CLOUDABI_EFAULT;
  FINISH(slot, error);
}
static errno_t put(u32 number, u32 fd, const void *from, u64 size, u32 flags)
{
  struct slot *slot = claim();
  if (!copy(slot->data, from, size)) FINISH(slot, CLOUDABI_EFAULT);
  slot->words[0] = fd;
  slot->words[1] = place(slot->data);
  slot->words[2] = flags;
  FINISH(slot, notify(number, slot));
}

EXPORT errno_t cloudabi_sys_fd_stat_get(u32 fd, cloudabi_fdstat_t *to)
{
  return get(CALL_fd_stat_get, fd, to, sizeof(*to));
}
EXPORT errno_t cloudabi_sys_fd_stat_put(u32 fd, const cloudabi_fdstat_t *from, u16 flags)
{
  if (flags & CLOUDABI_FDSTAT_RIGHTS) let_go(fd);
  return put(CALL_fd_stat_put, fd, from, sizeof(*from), flags);
}
EXPORT errno_t cloudabi_sys_file_stat_fget(u32 fd, cloudabi_filestat_t *to)
{
  return get(CALL_file_stat_fget, fd, to, sizeof(*to));
}
EXPORT errno_t cloudabi_sys_file_stat_fput(u32 fd, const cloudabi_filestat_t *from, u16 flags)
{
  return put(CALL_file_stat_fput, fd, from, sizeof(*from), flags);
}

/* The bytes of the whole entries of a listing, and where the listing goes on behind them. */
static u64 whole_entries(const u8 *from, u64 length, u64 *cookie)
{
  u64 at = 0;
  for (;;) {
    const cloudabi_dirent_t *entry = (const cloudabi_dirent_t *)(from + at);
    if (length - at < sizeof(*entry) || length - at - sizeof(*entry) < entry->d_namlen) return at;
    *cookie = entry->d_next;
    at += sizeof(*entry) + entry->d_namlen;
  }
}

EXPORT errno_t cloudabi_sys_file_readdir(u32 fd, void *to, u64 length, u64 cookie, u64 *used)
{
  u64 done = 0;
  if (reach_both(to, length, used, sizeof(*used)) != 0) return CLOUDABI_EFAULT;
  for (;;) {
    struct slot *slot = claim();
    u64 room = length - done < SLOT_DATA ? length - done : SLOT_DATA;
    slot->words[0] = fd;
    slot->words[1] = place(slot->data);
    slot->words[2] = room;
    slot->words[3] = cookie;
    slot->words[4] = place(slot->results);
    errno_t error = notify(CALL_file_readdir, slot);
    u64 got = error == 0 && slot->results[0] <= room ? slot->results[0] : 0;
    /* Fewer bytes than there is room for mean the end; a larger buffer than the slot is filled in steps. */
    u64 more = got == room && done + got < length ? whole_entries(slot->data, got, &cookie) : 0;
    if (error == 0 && !copy((u8 *)to + done, slot->data, more ? more : got)) error = CLOUDABI_EFAULT;
    release(slot);
    if (error != 0 && done == 0) return error;
    done += more ? more : got;
    if (more == 0) break;
  }
  return copy(used, &done, sizeof(done)) ? 0 : CLOUDABI_EFAULT;
}

/* Both structures of a message: what the program has, and how the supervisor sees it. */
struct message {
  const struct wide *data;
  u64 data_length;
  u32 *fds;
  u64 fds_length;
  u16 flags;
};
struct narrow_message {
  u32 data;
  u32 data_length;
  u32 fds;
  u32 fds_length;
  u16 flags;
};
struct received {
  u64 length;
  u64 descriptors;
  u8 unused[40];
  u16 flags;
};
struct narrow_received {
  u32 length;
  u32 descriptors;
  u8 unused[40];
  u16 flags;
};

/* The structures of a message lie behind its data in the slot. */
struct message_room {
  struct narrow_message in;
  struct narrow_received out;
  u32 fds[MOST_DESCRIPTORS];
};
#define MESSAGE_ROOM ((struct message_room *)(slot->data + SLOT_DATA))

static errno_t message(u32 number, u32 socket, const struct message *in, struct slot *slot, int writes, struct narrow **array,
                       u64 *laid)
{
  struct message_room *room = MESSAGE_ROOM;
  if (!lay_out(slot, in->data, in->data_length, writes, array, laid)) return CLOUDABI_EFAULT;
  u64 fds = in->fds_length < MOST_DESCRIPTORS ? in->fds_length : MOST_DESCRIPTORS;
  if (writes ? !copy(room->fds, in->fds, fds * 4) : !reaches(in->fds, fds * 4)) return CLOUDABI_EFAULT;
  room->in.data = place(*array);
  room->in.data_length = (u32)*laid;
  room->in.fds = place(room->fds);
  room->in.fds_length = (u32)fds;
  room->in.flags = in->flags;
  slot->words[0] = socket;
  slot->words[1] = place(&room->in);
  slot->words[2] = place(&room->out);
  return notify(number, slot);
}

EXPORT errno_t cloudabi_sys_sock_recv(u32 socket, const struct message *from, struct received *out)
{
  struct message in;
  if (!copy(&in, from, sizeof(in)) || !reaches(out, sizeof(*out))) return CLOUDABI_EFAULT;
  struct slot *slot = claim();
  struct narrow *array;
  u64 laid;
  errno_t error = message(CALL_sock_recv, socket, &in, slot, 0, &array, &laid);
  if (error == 0) {
    struct message_room *room = MESSAGE_ROOM;
    u64 length = room->out.length, descriptors = room->out.descriptors;
    if (!collect(in.data, array, laid, length) || !copy(in.fds, room->fds, descriptors * 4) ||
        !copy(&out->length, &length, 8) || !copy(&out->descriptors, &descriptors, 8) ||
        !copy(&out->flags, &room->out.flags, 2))
      error = CLOUDABI_EFAULT;
  }
  FINISH(slot, error);
}
/* The next connection. CloudABI had this call in early versions; the second argument is for what programs do not look at. */
EXPORT errno_t cloudabi_sys_sock_accept(u32 socket, void *unused, u32 *connection)
{
  (void)unused;
  return with_results(CALL_sock_accept, socket, connection, 0, 0);
}
EXPORT errno_t cloudabi_sys_sock_send(u32 socket, const struct message *from, u64 *sent)
{
  struct message in;
  if (!copy(&in, from, sizeof(in)) || !reaches(sent, sizeof(*sent))) return CLOUDABI_EFAULT;
  if (in.fds_length > MOST_DESCRIPTORS) return CLOUDABI_EINVAL;
  struct slot *slot = claim();
  struct narrow *array;
  u64 laid;
  errno_t error = message(CALL_sock_send, socket, &in, slot, 1, &array, &laid);
  if (error == 0) {
    u64 length = MESSAGE_ROOM->out.length;
    if (!copy(sent, &length, sizeof(length))) error = CLOUDABI_EFAULT;
  }
  FINISH(slot, error);
}
