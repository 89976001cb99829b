/*
 * The part of our kernel that lies in the memory of a CloudABI executable, as its vDSO: it makes what needs nothing but the
 * program's own memory by itself, and hands all other calls to the supervisor. Nothing relies on it. It has no more power
 * than the program, which may change all that it works on.
 */
#pragma once
#include "../../../host/freestanding.h"
#include "call-numbers.h"
#include "layout.h"
#include <cloudabi_types.h>

#define EXPORT __attribute__((visibility("default"), used))
#define HIDDEN __attribute__((visibility("hidden")))
#define INLINE static inline __attribute__((always_inline))

typedef cloudabi_errno_t errno_t;
typedef cloudabi_timestamp_t timestamp_t;

/* Values for the program, by address in the image until `begin` has made addresses of them. */
struct aux {
  u32 type;
  u32 unused;
  u64 value;
};

/* An instruction that touches memory of the program, and where it goes on if that is not there: distances from these fields. */
struct fixup {
  i32 at;
  i32 behind;
};
extern HIDDEN const struct fixup fixups[], fixups_end[];
#define FIXUP(at, behind) ".pushsection .fixups,\"a\"\n.long " at " - ., " behind " - .\n.popsection\n"

/* A thread that waits for a condition variable. It lies on the stack of that thread. */
struct waiter {
  struct waiter *next;
  u32 *condvar;
  u32 woken;
};

/* The start of the writable part behind this code, as memory-image.ts lays it out. */
struct record {
  u8 *window;
  u64 slots;
  u32 room;
  u32 unused1;
  struct waiter *waiters;
  u64 address;
  u64 entry;
  u64 filter;
  u64 filter_length;
  u64 tls;
  u64 tcb;
  /* Bits TRAPS and EXECUTES. */
  u32 modes;
  /* The thread that tells of its last instruction. */
  u32 ending;
  u64 unused2;
  struct aux aux[AUX_ENTRIES];
};

extern HIDDEN struct record record;

/* A part of the window, in which one call at a time is made: its words, its results, and the data that they point to. */
struct slot {
  u64 words[8];
  u32 results[4];
  u8 data[];
};

INLINE u32 place(const void *at) { return (u32)((const u8 *)at - record.window); }

/* Copies within memory of ours. What the program names is reached by the functions of memory.c. */
INLINE void move(void *to, const void *from, u64 length)
{
  asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(length) : : "memory");
}

INLINE i64 call0(i64 n) { return call(n, 0, 0, 0, 0, 0, 0); }
INLINE i64 call1(i64 n, i64 a) { return call(n, a, 0, 0, 0, 0, 0); }
INLINE i64 call2(i64 n, i64 a, i64 b) { return call(n, a, b, 0, 0, 0, 0); }
INLINE i64 call3(i64 n, i64 a, i64 b, i64 c) { return call(n, a, b, c, 0, 0, 0); }
INLINE i64 call4(i64 n, i64 a, i64 b, i64 c, i64 d) { return call(n, a, b, c, d, 0, 0); }

/* Ends a call with this error number, and its use of the slot. */
#define FINISH(slot, error)    \
  do {                         \
    errno_t outcome = (error); \
    release(slot);             \
    return outcome;            \
  } while (0)

/* Copies from or to memory of the program: false where that is not there. */
HIDDEN int copy(void *to, const void *from, u64 length);
/* True if the program may write to all of these bytes. */
HIDDEN int reaches(const void *at, u64 length);
/* The same for two places, or EFAULT. */
INLINE errno_t reach_both(const void *one, u64 length, const void *other, u64 room)
{
  return reaches(one, length) && reaches(other, room) ? 0 : CLOUDABI_EFAULT;
}

/* Catches faults of this process. Precondition: its calls are not filtered, or it has taken the place of another. */
HIDDEN int catch_faults(void);

/* The error number of the ABI for a result of Linux. */
HIDDEN errno_t error_of(i64 result);
HIDDEN struct slot *claim(void);
HIDDEN void release(struct slot *slot);
/* Hands a call over whose words stand in the slot. */
HIDDEN errno_t notify(u32 number, struct slot *slot);
HIDDEN timestamp_t time_now(u32 clock);
HIDDEN errno_t wait_for_lock(const cloudabi_subscription_t *in, cloudabi_event_t *out, u64 count, u64 *nevents);
HIDDEN errno_t make_thread(cloudabi_threadattr_t *attr, u32 *tid);
HIDDEN u8 direct(u32 fd);
HIDDEN void let_go(u32 fd);
