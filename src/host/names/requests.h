/* Requests for names, which the confined process writes and the name writer reads; layout.ts mirrors this. */

/* Names at once, and the room of each. */
#define SLOTS 256
#define NAME_ROOM 256

/* States of a slot. The confined process frees, claims and asks; the writer takes, and answers with one of the last. */
enum { slot_free, slot_claimed, slot_asked, slot_taken, slot_written, slot_refused };

struct requests {
  u32 sequence; /* counts requests; the writer sleeps on it */
  u32 alive;    /* the writer's thread id; the kernel marks it when the writer ends (robust futex) */
  u32 states[SLOTS];
  u8 names[SLOTS][NAME_ROOM];
};
