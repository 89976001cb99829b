/*
 * The signal handler behind the seccomp filter of a living Node process (SIGSYS, SECCOMP_RET_TRAP): the C source of
 * code.ts, see scripts/build-machine-code.js. It is a translator and no guard: the filter and Landlock let it do no more
 * than any other code of the process.
 *
 * - A system call that takes a path is made again as one that names a directory we hold: openat2 with a sealed record
 *   (host/files/lookup.ts), then the same question to the descriptor that was found.
 * - What is refused is noted in a ring that JavaScript reads, and answers EACCES (paths) or EPERM (anything else).
 *
 * No library, no data, no jump tables: what the compiler makes of it can lie anywhere. What would be data comes from
 * TypeScript: `layout.ts` mirrors the structs, `rules.ts` says which system calls are which operations.
 */
#include "freestanding.h"
#include "names/requests.h"

/* Questions that only this handler answers: whether this process is in capability mode, where `state` is (layout.ts). */
#define QUESTION 0x7ca95100
#define ANSWER 0x7ca95101
#define QUESTION_STATE 0x7ca95102

/* In place of an error number: EACCES that is not noted. */
#define QUIET 1000

/* Operations on a call (rules.ts); between the first and the last with a path, argument 1 is one. */
enum operation {
  refuse, refuse_path, op_open, op_stat, op_statx, op_statfs, op_access, op_readlink, op_times, op_chmod, op_mkdir,
  op_unlink, op_symlink, op_rename, op_link, op_chown, op_send, op_close, op_batch, refuse_address, op_scheduling, op_affinity,
};

/* The bits of host/files/lookup.ts (`Open`), and the size and spacing of its records. */
enum { create = 4, directory = 32, nofollow = 64, nonblock = 256, path_only = 2048 };
#define HOW_SIZE 24
#define HOW_STRIDE 32
#define PLAIN_MODE 0666

#define PATH_ROOM 4096
#define PAGE 4096
#define TEXT_ROOM 216
#define LONGEST_ADDRESS 110 /* sizeof(struct sockaddr_un) */
#define RECORDS 128
#define CONSTANTS 5
#define FLAGS 12

/* A place that paths can begin with. */
struct place {
  u64 name;         /* address of the bytes of the name, not terminated */
  u32 length;
  i32 descriptor;
  u64 kind;         /* 0: a directory; 1: where relative paths begin; 2: only known, from the time of
                       the start; 3: one file of the directory, by its last name; 4: refused like any
                       other, with all beneath it, but not noted; 5: nothing is there */
  u64 attributes;   /* of kind 2, and of a directory that is reached by a link: struct stat and struct statx without following a link, then both following it */
  u64 link;         /* address of what the symbolic link says, or 0 */
  u64 link_length;
};

/*
 * A ring of libuv's: from version 1.49 on it hands its epoll_ctl calls over in batches. io_uring would get past the
 * filter, so that the kernel is not asked any more; the handler does what is written there.
 */
struct batch {
  u64 descriptor;
  u64 ring;         /* addresses of the shared heads and tails, and of the submissions */
  u64 submissions;
};

/* A system call, its operation, and which arguments or constants (from 6 on) the operation has. */
struct rule {
  u32 number;
  u8 operation;
  u8 from[7];
};

struct record {
  u32 complete;     /* the number of the record plus 1, written last */
  u32 thread;
  u32 call;
  i32 result;
  u64 arguments[6];
  u32 second;       /* where the second path of a call begins in `text`, or 0 */
  u32 length;       /* bytes of `text` */
  u8 text[TEXT_ROOM];
};

struct state {
  u64 code_start, code_end;
  u32 taken;        /* records begun since the start */
  u32 hold;         /* 1: threads other than `main` stop at a refusal */
  u32 main;         /* the thread that entered capability mode */
  i32 wake;         /* write end of a pipe, or -1 */
  u64 plain;        /* sealed records for mode 0666 */
  u64 with_mode;    /* sealed records for each of `modes`, 512 to a mode */
  u64 empty;        /* address of the sealed empty string */
  u64 places;
  u32 place_count;
  u32 mode_count;
  u32 modes[16];
  u64 batches;
  u32 batch_count;
  u32 sq_head, sq_tail, sq_mask, cq_tail, cq_mask, cq_entries; /* offsets within a ring */
  i32 placeholder;  /* takes the place of a limited descriptor that is closed, so that no other gets its number */
  u64 rules;
  u32 rule_count;
  u32 ignored;      /* flags of open without an effect here */
  i64 constants[CONSTANTS];
  struct { u32 flag, bit; } flags[FLAGS]; /* other flags of open, and their bits in a lookup; 0 ends them */
  u64 names;        /* where names must lie that entries are made and removed by; the requests for them, or 0 */
  u64 requests;
  u64 limits;       /* address of the rights that descriptors lack; only TypeScript reads and writes there */
  struct record ring[RECORDS];
};

#ifdef __x86_64__
asm(".text\n"
    "  movabs $0x1122334455667788, %rcx\n" /* replaced by the address of the state */
    "  jmp handle\n"
    "  .balign 16\n"
    "  mov $15, %eax\n" /* the restorer: rt_sigreturn */
    "  syscall\n");
#else
asm(".text\n"
    "  ldr x3, 1f\n"
    "  b handle\n"
    "1: .quad 0x1122334455667788\n");
#endif

/* Copies memory of this process without trusting either address. */
static __attribute__((noinline)) i64 copy(i64 how, u64 ours, u64 theirs, u64 length)
{
  u64 vectors[4] = { ours, length, theirs, length };
  return call(how, call(nr_getpid, 0, 0, 0, 0, 0, 0), (i64)vectors, 1, (i64)(vectors + 2), 1, 0);
}

/*
 * Copies a path; doubled slashes and single dots between them go, and such dots at its start, but not at its end, where
 * they are no entry. Returns its length or an error.
 */
static __attribute__((noinline)) i64 copy_path(char *into, u64 from)
{
  u64 used = 0;
  int here = 0; /* it begins with a dot and a slash, which are gone */
  char block[256];
  for (u64 at = from;;) {
    u64 length = PAGE - at % PAGE;
    if (length > sizeof block) length = sizeof block;
    if (copy(nr_process_vm_readv, (u64)block, at, length) != (i64)length) return -EFAULT;
    for (u64 i = 0; i < length; i++) {
      char byte = block[i];
      if (used >= PATH_ROOM - 1) return -ENAMETOOLONG;
      if (byte == '/' || byte == 0) {
        if (byte == '/' && used >= 2 && into[used - 1] == '.' && into[used - 2] == '/') used--;
        if (byte == '/' && used > 0 && into[used - 1] == '/') continue;
        if (used == 1 && into[0] == '.' && byte == '/') here = 1;
        if (here && used <= 1 && (used == 0 || into[0] == '.')) {
          used = 0;
          if (byte == '/') continue;
          into[used++] = '.';
        }
      }
      into[used] = byte;
      if (byte == 0) return (i64)used;
      used++;
    }
    at += length;
  }
}

/* Resolution of a path: `rest` beneath `descriptor`, or a known answer. */
struct found {
  i64 descriptor;
  char *rest;
  const struct place *known;
  const struct place *link; /* the path names a link that leads to a directory we hold */
};

static __attribute__((noinline)) i64 find(const struct state *state, i64 from, char *path, i64 length,
                                          struct found *found)
{
  found->known = 0;
  found->link = 0;
  if (path[0] != '/' && (i32)from != AT_FDCWD) {
    if ((i32)from < 0) return -EBADF;
    found->descriptor = from;
    found->rest = path;
    return 0;
  }
  const struct place *place = (const struct place *)state->places;
  for (u32 index = 0; index < state->place_count; index++, place++) {
    char *rest = path;
    if (place->kind == 1) {
      if (path[0] == '/') continue;
    } else {
      if ((i64)place->length > length) continue;
      const char *name = (const char *)place->name;
      u32 same = 0;
      while (same < place->length && name[same] == path[same]) same++;
      rest += same;
      if (same < place->length || (*rest != 0 && *rest != '/')) continue;
      if (place->kind == 4) return -QUIET;
      if (place->kind == 5) return -ENOENT;
      if (*rest == '/') rest++;
      if (place->kind >= 2) {
        if (*rest != 0) continue;
        if (place->kind == 2) {
          found->known = place;
          return 0;
        }
        while (rest > path && rest[-1] != '/') rest--;
      }
    }
    if (*rest == 0) {
      if (place->link) found->link = place;
      rest = path;
      path[0] = '.';
      path[1] = 0;
    }
    found->descriptor = place->descriptor;
    found->rest = rest;
    return 0;
  }
  return -EACCES;
}

static __attribute__((noinline)) i64 open_how(const struct found *found, u64 how)
{
  i64 result = -EAGAIN;
  if (found->known) return -EACCES;
  for (int attempt = 0; attempt < 64 && result == -EAGAIN; attempt++)
    result = call(nr_openat2, found->descriptor, (i64)found->rest, (i64)how, HOW_SIZE, 0, 0);
  return result;
}

static __attribute__((noinline)) i64 open_path(const struct state *state, const struct found *found, u32 bits)
{
  return open_how(found, state->plain + (path_only | bits) * HOW_STRIDE);
}

static __attribute__((noinline)) i64 open_with(const struct state *state, const struct found *found, u64 flags,
                                               u64 mode)
{
  u64 left = flags & ~(u64)(3 | state->ignored);
  u32 bits = flags & 3;
  for (u32 index = 0; index < FLAGS; index++) {
    u64 flag = state->flags[index].flag;
    if (flag == 0 || (left & flag) != flag) continue;
    bits |= state->flags[index].bit;
    left &= ~flag;
  }
  if (left) return -EINVAL;
  if (bits & path_only) return open_path(state, found, bits & (directory | nofollow));
  if (!(bits & create) || mode == PLAIN_MODE) return open_how(found, state->plain + bits * HOW_STRIDE);
  for (u32 index = 0; index < state->mode_count; index++)
    if (state->modes[index] == mode && bits < 512)
      return open_how(found, state->with_mode + (index * 512 + bits) * HOW_STRIDE);
  return -EINVAL;
}

/* Opens by path, asks the descriptor, closes it. */
static __attribute__((noinline)) i64 ask(const struct state *state, const struct found *found, i64 flags, i64 n,
                                         i64 b, i64 c, i64 d, i64 e)
{
  i64 descriptor = open_path(state, found, flags & AT_SYMLINK_NOFOLLOW ? nofollow : 0);
  if (descriptor < 0) return descriptor;
  i64 result = call(n, descriptor, b, c, d, e, 0);
  call(nr_close, descriptor, 0, 0, 0, 0, 0);
  /* Asked by descriptor, what is no link says something else than when it is asked by path. */
  return n == nr_readlinkat && result == -ENOENT ? -EINVAL : result;
}

/* Room for a struct stat, its size, and that of struct statx. */
#define ROOM_OF_STAT 144
#ifdef __x86_64__
#define SIZE_OF_STAT 144
#else
#define SIZE_OF_STAT 128
#endif
#define SIZE_OF_STATX 256

static __attribute__((noinline)) i64 answer_known(const struct place *place, i64 flags, u64 into, int extended)
{
  u64 from = place->attributes + (flags & AT_SYMLINK_NOFOLLOW ? 0 : ROOM_OF_STAT + SIZE_OF_STATX);
  u64 size = extended ? SIZE_OF_STATX : SIZE_OF_STAT;
  return copy(nr_process_vm_writev, from + (extended ? ROOM_OF_STAT : 0), into, size) == (i64)size ? 0 : -EFAULT;
}

/* Brings the arguments of a call into the order that its operation has them in. */
static __attribute__((noinline)) enum operation arrange(const struct state *state, i64 n, const u64 *given, u64 *a)
{
  const struct rule *rule = (const struct rule *)state->rules;
  for (u32 index = 0; index < state->rule_count; index++, rule++) {
    if (rule->number != n) continue;
    for (u32 to = 0; to < 6; to++) {
      u32 from = rule->from[to];
      a[to] = from < 6 ? given[from] : (u64)state->constants[(from - 6) % CONSTANTS];
    }
    return rule->operation;
  }
  return refuse;
}

/* Has the name writer write a name where the filter lets it be. Returns the slot or an error. */
static __attribute__((noinline)) i64 seal_name(const struct state *state, const char *name)
{
  struct requests *requests = (struct requests *)state->requests;
  u32 slot = 0, length = 0, unused = slot_free;
  if (!requests) return -EACCES;
  while (name[length]) length++;
  if (length >= NAME_ROOM) return -ENAMETOOLONG;
  while (!__atomic_compare_exchange_n(&requests->states[slot], &unused, slot_claimed, 0, __ATOMIC_SEQ_CST,
                                      __ATOMIC_SEQ_CST)) {
    unused = slot_free;
    if (++slot == SLOTS) return -EAGAIN;
  }
  for (u32 index = 0; index <= length; index++) requests->names[slot][index] = (u8)name[index];
  __atomic_store_n(&requests->states[slot], slot_asked, __ATOMIC_SEQ_CST);
  __atomic_fetch_add(&requests->sequence, 1, __ATOMIC_SEQ_CST);
  call(nr_futex, (i64)&requests->sequence, FUTEX_WAKE, 1, 0, 0, 0);
  for (;;) {
    volatile u64 second[2];
    u32 now = __atomic_load_n(&requests->states[slot], __ATOMIC_SEQ_CST);
    i64 problem = now == slot_refused ? -ENOENT : 0;
    if (now == slot_written) return slot;
    second[0] = 1;
    second[1] = 0;
    if (!problem && call(nr_futex, (i64)&requests->states[slot], FUTEX_WAIT, now, (i64)second, 0, 0) == -ETIMEDOUT &&
        __atomic_load_n(&requests->alive, __ATOMIC_SEQ_CST) & FUTEX_OWNER_DIED)
      problem = -EIO;
    if (!problem) continue;
    __atomic_store_n(&requests->states[slot], slot_free, __ATOMIC_SEQ_CST);
    return problem;
  }
}

/* An entry of a directory: all of its path but the last component has been looked up. */
struct entry {
  i64 directory, slot;
  u64 name;         /* sealed */
  char *end;        /* where a slash stood behind the name, or 0 */
  int opened;
};

static __attribute__((noinline)) void leave(const struct state *state, struct entry *entry)
{
  if (entry->slot >= 0)
    __atomic_store_n(&((struct requests *)state->requests)->states[entry->slot], slot_free, __ATOMIC_SEQ_CST);
  if (entry->opened) call(nr_close, entry->directory, 0, 0, 0, 0, 0);
  if (entry->end) *entry->end = '/';
}

static __attribute__((noinline)) i64 enter(const struct state *state, const struct found *found, struct entry *entry)
{
  char *rest = found->rest;
  u32 length = 0, start;
  entry->directory = found->descriptor;
  entry->slot = -1;
  entry->end = 0;
  entry->opened = 0;
  while (rest[length]) length++;
  if (length > 1 && rest[length - 1] == '/') {
    entry->end = rest + --length;
    *entry->end = 0;
  }
  for (start = length; start > 0 && rest[start - 1] != '/';) start--;
  if (start > 0) {
    /* An absolute path to a descriptor of its own has no parent there: the lookup says so. */
    char kept = rest[start - (start > 1)];
    rest[start - (start > 1)] = 0;
    entry->directory = open_path(state, found, directory);
    rest[start - (start > 1)] = kept;
    if (entry->directory < 0) {
      leave(state, entry);
      return entry->directory;
    }
    entry->opened = 1;
  }
  entry->slot = seal_name(state, rest + start);
  if (entry->slot < 0) {
    leave(state, entry);
    return entry->slot;
  }
  entry->name = state->names + (u64)entry->slot * NAME_ROOM;
  return 0;
}

/*
 * Checks a slash behind a name, since it is not sealed with it: returns 0 when there is a directory (or anything, for
 * `bits` without that) by that name, and an error otherwise.
 */
static __attribute__((noinline)) i64 look(const struct state *state, const struct entry *entry, u32 bits)
{
  struct found found;
  found.known = 0;
  found.descriptor = entry->directory;
  found.rest = (char *)entry->name;
  i64 descriptor = open_path(state, &found, bits);
  if (descriptor < 0) return descriptor;
  call(nr_close, descriptor, 0, 0, 0, 0, 0);
  return 0;
}

/* Makes or removes an entry. */
static __attribute__((noinline)) i64 change(const struct state *state, enum operation operation, const u64 *a,
                                            const struct found *found)
{
  struct entry entry;
  i64 result = enter(state, found, &entry);
  if (result < 0) return result;
  if (operation == op_mkdir)
    result = call(nr_mkdirat, entry.directory, (i64)entry.name, (i64)a[2], 0, 0, 0);
  else if (operation == op_unlink) {
    if (entry.end && !(a[2] & AT_REMOVEDIR)) {
      result = look(state, &entry, directory | nofollow);
      if (result == 0) result = -EISDIR;
    } else
      result = call(nr_unlinkat, entry.directory, (i64)entry.name, (i64)a[2], 0, 0, 0);
  } else {
    if (entry.end) {
      result = look(state, &entry, nofollow);
      if (result == 0) result = -EEXIST;
    } else
      result = call(nr_symlinkat, (i64)a[2], entry.directory, (i64)entry.name, 0, 0, 0);
  }
  leave(state, &entry);
  return result;
}

/* Says whether a name is a dot or two, and so no entry that could be renamed. */
static __attribute__((noinline)) int is_dots(const struct entry *entry)
{
  const char *name = (const char *)entry->name;
  return name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0));
}

static __attribute__((noinline)) i64 rename_entry(const struct state *state, const struct entry *old,
                                                  const struct entry *fresh)
{
  i64 result = is_dots(old) || is_dots(fresh) ? -EBUSY : 0;
  if (result == 0 && (old->end || fresh->end)) result = look(state, old, directory | nofollow);
  if (result < 0) return result;
  return call(nr_renameat2, old->directory, (i64)old->name, fresh->directory, (i64)fresh->name, 0, 0);
}

/* Checks the first path of linkat before its second: returns an error, or 1 for a directory, which is never linked. */
static __attribute__((noinline)) i64 look_at_linked(const struct state *state, const struct entry *old)
{
  i64 result = is_dots(old) ? 1 : look(state, old, old->end ? directory : nofollow);
  if (result == 0) result = old->end || look(state, old, directory | nofollow) == 0;
  return result;
}

static __attribute__((noinline)) i64 link_entry(const struct state *state, const struct entry *old,
                                                const struct entry *fresh, i64 is_directory)
{
  if (is_directory || fresh->end) {
    i64 result = look(state, fresh, nofollow);
    if (result == 0) return -EEXIST;
    if (result != -ENOENT || fresh->end) return result;
    return -EPERM;
  }
  return call(nr_linkat, old->directory, (i64)old->name, fresh->directory, (i64)fresh->name, 0, 0);
}

/* Gives an entry another name, or one more. */
static __attribute__((noinline)) i64 rename_or_link(const struct state *state, enum operation operation,
                                                    const struct found *from, const struct found *to)
{
  struct entry old, fresh;
  i64 is_directory = 0, result = enter(state, from, &old);
  if (result < 0) return result;
  if (operation == op_link) result = is_directory = look_at_linked(state, &old);
  if (result >= 0) result = enter(state, to, &fresh);
  if (result == 0) {
    result = operation == op_link ? link_entry(state, &old, &fresh, is_directory) : rename_entry(state, &old, &fresh);
    leave(state, &fresh);
  }
  leave(state, &old);
  return result;
}

/* Makes a call with a path again in a way that the filter lets through. `a` is as its operation has it. */
static __attribute__((noinline)) i64 translate(const struct state *state, enum operation operation, const u64 *a,
                                               struct found *found, char *second_path)
{
  struct found second;
  i64 length, descriptor, result;
  i64 flags = (i64)a[operation == op_statx ? 2 : 3];
  if (found->link && (operation == op_readlink ||
                      ((operation == op_stat || operation == op_statx) && flags & AT_SYMLINK_NOFOLLOW)))
    found->known = found->link;
  if (found->known) {
    const struct place *known = found->known;
    u64 size = known->link_length < a[3] ? known->link_length : a[3];
    switch (operation) {
    case op_stat: return answer_known(known, flags, a[2], 0);
    case op_statx: return answer_known(known, flags, a[4], 1);
    case op_access: return a[2] ? -EACCES : 0;
    case op_readlink: return known->link ? copy(nr_process_vm_writev, known->link, a[2], size) : -EINVAL;
    default: return -EACCES;
    }
  }
  switch (operation) {
  case op_open:
    return open_with(state, found, a[2], a[3] & 07777);
  case op_stat:
    return ask(state, found, flags, nr_fstat, (i64)a[2], 0, 0, 0);
  case op_statx:
    return ask(state, found, flags, nr_statx, (i64)state->empty, flags | AT_EMPTY_PATH, (i64)a[3], (i64)a[4]);
  case op_statfs:
    return ask(state, found, 0, nr_fstatfs, (i64)a[2], 0, 0, 0);
  case op_access:
    return ask(state, found, flags, nr_faccessat2, (i64)state->empty, (i64)a[2], AT_EMPTY_PATH, 0);
  case op_readlink:
    return ask(state, found, AT_SYMLINK_NOFOLLOW, nr_readlinkat, (i64)state->empty, (i64)a[2], (i64)a[3], 0);
  case op_times:
    return ask(state, found, flags, nr_utimensat, (i64)state->empty, (i64)a[2], AT_EMPTY_PATH, 0);
  case op_chmod:
    descriptor = open_with(state, found, O_NONBLOCK, 0);
    if (descriptor < 0) return descriptor;
    result = call(nr_fchmod, descriptor, (i64)a[2], 0, 0, 0, 0);
    call(nr_close, descriptor, 0, 0, 0, 0, 0);
    return result;
  case op_chown:
    descriptor = open_how(found, state->plain + (nonblock | (flags & AT_SYMLINK_NOFOLLOW ? nofollow : 0)) * HOW_STRIDE);
    /* A symbolic link cannot be opened, and what only names it might be anywhere beneath a held directory. */
    if (descriptor < 0) return descriptor == -ELOOP && flags & AT_SYMLINK_NOFOLLOW ? -EPERM : descriptor;
    result = call(nr_fchown, descriptor, (i64)a[2], (i64)a[4], 0, 0, 0);
    call(nr_close, descriptor, 0, 0, 0, 0, 0);
    return result;
  case op_mkdir:
  case op_unlink:
  case op_symlink:
    return change(state, operation, a, found);
  case op_rename:
  case op_link:
    length = copy_path(second_path, a[3]);
    if (length < 0) return length;
    result = find(state, (i64)a[2], second_path, length, &second);
    if (result < 0 || second.known) return -EACCES;
    if (a[4]) return -EINVAL;
    return rename_or_link(state, operation, found, &second);
  default:
    return -EACCES;
  }
}

static __attribute__((noinline)) void note(struct state *state, i64 n, const u64 *a, i64 result, const char *path,
                                           i64 length, u64 second, u64 size)
{
  u32 number = __atomic_fetch_add(&state->taken, 1, __ATOMIC_RELAXED);
  struct record *record = &state->ring[number % RECORDS];
  u32 used = 0;
  record->complete = 0;
  record->thread = (u32)call(nr_gettid, 0, 0, 0, 0, 0, 0);
  record->call = (u32)n;
  record->result = (i32)result;
  record->second = 0;
  for (int index = 0; index < 6; index++) record->arguments[index] = a[index];
  if (path)
    for (; used < (u32)length && used < TEXT_ROOM; used++) record->text[used] = (u8)path[used];
  if (second && used < TEXT_ROOM) {
    u64 room = TEXT_ROOM - used;
    if (size > room) size = room;
    record->second = used;
    if (copy(nr_process_vm_readv, (u64)record->text + used, second, size) == (i64)size) used += (u32)size;
  }
  record->length = used;
  __atomic_store_n(&record->complete, number + 1, __ATOMIC_RELEASE);
  if (state->wake >= 0) {
    char byte = 1;
    call(nr_write, state->wake, (i64)&byte, 1, 0, 0, 0);
  }
  if (state->hold && record->thread != state->main) {
    /* The thread that reports will end the process; should it be waiting for this one, no other thread would. */
    u32 never = 0;
    volatile u64 patience[2];
    patience[0] = 2;
    patience[1] = 0;
    call(nr_futex, (i64)&never, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 0, (i64)patience, 0, 0);
    call(nr_kill, call(nr_getpid, 0, 0, 0, 0, 0, 0), SIGABRT, 0, 0, 0, 0);
    for (;;) call(nr_futex, (i64)&never, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 0, 0, 0, 0);
  }
}

/* A message to the connected peer with neither address nor control data can be sent without a header. */
static __attribute__((noinline)) i64 send_message(const u64 *a)
{
  u64 header[7], vector[2];
  if (copy(nr_process_vm_readv, (u64)header, a[1], sizeof header) != sizeof header) return -EFAULT;
  if (header[0] || header[5] || header[3] != 1) return -EPERM;
  if (copy(nr_process_vm_readv, (u64)vector, header[2], sizeof vector) != sizeof vector) return -EFAULT;
  return call(nr_sendto, (i64)a[0], (i64)vector[0], (i64)vector[1], (i64)a[2], 0, 0);
}

#define SUBMISSION 64
#define COMPLETION 16

/* Does what a batch says, in place of the kernel; see struct batch. */
static __attribute__((noinline)) i64 run_batch(const struct state *state, u64 descriptor, u32 count)
{
  const struct batch *batch = (const struct batch *)state->batches;
  u32 index = 0;
  while (index < state->batch_count && batch->descriptor != descriptor) index++, batch++;
  if (index == state->batch_count) return -EPERM;
  volatile u32 *sq_head = (volatile u32 *)(batch->ring + state->sq_head);
  volatile u32 *cq_tail = (volatile u32 *)(batch->ring + state->cq_tail);
  u32 sq_tail = *(volatile u32 *)(batch->ring + state->sq_tail);
  u32 sq_mask = *(volatile u32 *)(batch->ring + state->sq_mask);
  u32 cq_mask = *(volatile u32 *)(batch->ring + state->cq_mask);
  u32 done = 0;
  for (; done < count && *sq_head != sq_tail; done++) {
    const u8 *submission =
        (const u8 *)(batch->submissions + (u64)(*sq_head & sq_mask) * SUBMISSION);
    u64 completion = batch->ring + state->cq_entries + (u64)(*cq_tail & cq_mask) * COMPLETION;
    i64 result = -EPERM;
    if (submission[0] == IORING_OP_EPOLL_CTL)
      result = call(nr_epoll_ctl, *(const i32 *)(submission + 4), *(const u32 *)(submission + 24),
                    (i32) * (const u64 *)(submission + 8), (i64) * (const u64 *)(submission + 16), 0, 0);
    *(volatile u64 *)completion = *(const u64 *)(submission + 32);
    *(volatile i32 *)(completion + 8) = (i32)result;
    *(volatile u32 *)(completion + 12) = 0;
    __atomic_store_n(cq_tail, *cq_tail + 1, __ATOMIC_RELEASE);
    __atomic_store_n(sq_head, *sq_head + 1, __ATOMIC_RELEASE);
  }
  return done;
}

/* An empty path means the descriptor itself, mostly where a flag says so; the filter knows only our empty path. */
static __attribute__((noinline)) i64 ask_descriptor(const struct state *state, enum operation operation, const u64 *a)
{
  i64 flags = (i64)a[operation == op_statx ? 2 : 3], descriptor = (i32)a[0];
  if (operation == op_readlink)
    return descriptor < 0 ? -ENOENT
                          : call(nr_readlinkat, descriptor, (i64)state->empty, (i64)a[2], (i64)a[3], 0, 0);
  if (!(flags & AT_EMPTY_PATH) || descriptor == AT_FDCWD) return -ENOENT;
  if (descriptor < 0) return -EBADF;
  switch (operation) {
  case op_stat: return call(nr_fstat, descriptor, (i64)a[2], 0, 0, 0, 0);
  case op_statx: return call(nr_statx, descriptor, (i64)state->empty, flags, (i64)a[3], (i64)a[4], 0);
  case op_access: return call(nr_faccessat2, descriptor, (i64)state->empty, (i64)a[2], AT_EMPTY_PATH, 0, 0);
  case op_times: return call(nr_utimensat, descriptor, (i64)state->empty, (i64)a[2], AT_EMPTY_PATH, 0, 0);
  case op_chown: return call(nr_fchown, descriptor, (i64)a[2], (i64)a[4], 0, 0, 0);
  default: return -ENOENT;
  }
}

/* Does what a call was to do, as far as that is possible, and notes it where it is not. */
static __attribute__((noinline)) i64 answer(struct state *state, i64 number, const u64 *given)
{
  u64 a[6];
  char path[PATH_ROOM], second[PATH_ROOM];
  struct found found;
  i64 result = -EPERM, length, other = 0;
  enum operation operation = arrange(state, number, given, a);

  if (operation == op_close) {
    result = call(nr_dup3, state->placeholder, (i64)a[0], O_CLOEXEC, 0, 0, 0);
    return result < 0 ? result : 0;
  }
  if (operation == op_scheduling && (i64)a[0] == call(nr_gettid, 0, 0, 0, 0, 0, 0)) {
    /* A thread that was started later asks about itself: as all others. */
    u32 priority = 0;
    return a[1] && copy(nr_process_vm_writev, (u64)&priority, a[1], 4) != 4 ? -EFAULT : 0;
  }
  if (operation == op_affinity && (i64)a[0] == call(nr_gettid, 0, 0, 0, 0, 0, 0))
    return call(nr_sched_getaffinity, 0, (i64)a[1], (i64)a[2], 0, 0, 0);
  if (operation == op_send) result = send_message(a);
  if (operation == op_batch) result = run_batch(state, a[0], (u32)a[1]);
  if (operation < refuse_path || operation > op_chown || (operation == op_times && a[1] == 0)) {
    u64 size = operation != refuse_address || a[0] == 0 ? 0 : a[1] > LONGEST_ADDRESS ? LONGEST_ADDRESS : a[1];
    if (result == -EPERM) note(state, number, given, result, 0, 0, size ? a[0] : 0, size);
    return result;
  }

  length = copy_path(path, a[1]);
  if (length < 0) return length;
  if (length == 0) return ask_descriptor(state, operation, a);
  {
    /* `find` and `translate` write into the path; what is noted is as it was asked. */
    char first = path[0], next = path[1];
    result = find(state, (i64)a[0], path, length, &found);
    if (result == 0) result = translate(state, operation, a, &found, second);
    path[0] = first;
    path[1] = next;
  }
  if (result == -QUIET) return -EACCES;
  int two = operation == op_rename || operation == op_link;
  if (result == -EPERM || (result == -EXDEV && !two)) result = -EACCES;
  if (result == -EACCES || result == -EXDEV) {
    if (two) other = copy_path(second, a[3]);
    if (other < 0) other = 0;
    note(state, number, given, result, path, length, other ? (u64)second : 0, (u64)other);
  }
  return result;
}

static __attribute__((used)) void handle(int signal, const u64 *information, char *context, struct state *state)
{
#ifdef __x86_64__
  i64 *registers = (i64 *)(context + 40);
  const u64 given[6] = { (u64)registers[8], (u64)registers[9], (u64)registers[12], (u64)registers[2],
                         (u64)registers[0], (u64)registers[1] };
  i64 *result = &registers[13];
#else
  i64 *registers = (i64 *)(context + 184);
  const u64 given[6] = { (u64)registers[0], (u64)registers[1], (u64)registers[2], (u64)registers[3],
                         (u64)registers[4], (u64)registers[5] };
  i64 *result = &registers[0];
#endif
  u64 address = information[2];
  i64 number = (i32)(information[3] & 0xffffffff);
  (void)signal;
  if (number == QUESTION)
    *result = ANSWER;
  else if (number == QUESTION_STATE)
    *result = (i64)state;
  else if (address >= state->code_start && address <= state->code_end)
    /* A call of our own that the filter refuses: its caller notes it. */
    *result = -EPERM;
  else
    *result = answer(state, number, given);
}
