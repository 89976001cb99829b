/* The calls that a module makes most, without JavaScript: a program whose loops run once would pay for our kernel being
 * interpreted. `scripts/build-direct-calls.js` compiles this to the module `kernel` of code.ts.
 *
 * Its memory is ours alone; no program can reach it. There lie the table of descriptors (src/kernel/descriptors.ts), the
 * record of a system call (src/host/record.ts), and what direct.ts fills in: numbers of calls, rights, error numbers,
 * and the program's memory. To all that is not plain (a missing right, a number that is too large, a memory
 * that has grown) the answer is NOT_HERE: the kernel in TypeScript then checks again, and reports what it refuses.
 */

typedef unsigned int u32;
typedef long long s64;
typedef unsigned long long u64;

__attribute__((import_module("host"), import_name("call"))) void host_call(void);
__attribute__((import_module("host"), import_name("time"))) void host_time(void);

/* As in src/kernel/descriptors.ts, which direct.ts compares. */
#define CAPACITY 4096
#define COLUMNS 8
#define HOST 0
#define TYPE 1
#define BASE_LOW 2
#define UNKNOWN_TYPE 0

#define NOT_HERE ((s64)1 << 63)

enum { READ, WRITE, PREAD, PWRITE, SEEK, CALLS };

/* Places that direct.ts knows, too. They are no variables, because a module clears those of imported memory when it begins. */
#define STATE 1024
#define ROWS 2048

struct state {
  volatile s64 number, arguments[4], result;
  volatile s64 seconds, nanoseconds;
  s64 time_address; /* of `seconds` */
  s64 program;      /* address of the program's memory */
  u32 pages;        /* of 64 KiB, that it had when that was found out; 0 sends every call to TypeScript */
  struct {
    int number, rights;
  } calls[CALLS];
  unsigned char errors[256]; /* the ABI's error number for each of Linux; the last one for all that are larger */
};

static struct state *const state = (struct state *)STATE;
static int *const rows = (int *)ROWS;

/* The row of a descriptor that has the rights for a call; 0 for others. */
static int *row_of(u32 call, u32 fd) {
  if (fd >= CAPACITY)
    return 0;
  int *row = rows + fd * COLUMNS;
  int rights = state->calls[call].rights;
  return row[HOST] >= 0 && (row[BASE_LOW] & rights) == rights ? row : 0;
}

/* The result of the record's call: its value, or minus an error number of the ABI. */
static s64 made(u32 call) {
  state->number = state->calls[call].number;
  host_call();
  s64 result = state->result;
  return result >= 0 ? result : -(s64)state->errors[-result < 255 ? -result : 255];
}

/* read, write, pread and pwrite with one buffer, which lies within the `pages` of the program's memory. */
__attribute__((export_name("transfer"))) s64 transfer(u32 call, u32 fd, u32 buffer, u32 length, s64 offset,
                                                      u32 pages) {
  int *row = row_of(call, fd);
  if (row == 0 || pages != state->pages)
    return NOT_HERE;
  state->arguments[0] = row[HOST];
  state->arguments[1] = state->program + buffer;
  state->arguments[2] = length;
  state->arguments[3] = offset;
  return made(call);
}

/* lseek; `origin` is the host's. */
static s64 seek(u32 fd, s64 offset, s64 origin) {
  int *row = row_of(SEEK, fd);
  if (row == 0 || row[TYPE] == UNKNOWN_TYPE)
    return NOT_HERE;
  state->arguments[0] = row[HOST];
  state->arguments[1] = offset;
  state->arguments[2] = origin;
  return made(SEEK);
}

/* The host has start 0, current 1, end 2. */
__attribute__((export_name("seek_snapshot1"))) s64 seek_snapshot1(u32 fd, s64 offset, u32 whence) {
  return whence > 2 ? NOT_HERE : seek(fd, offset, whence);
}

/* wasi_unstable has current 0, end 1, start 2. */
__attribute__((export_name("seek_unstable"))) s64 seek_unstable(u32 fd, s64 offset, u32 whence) {
  return whence > 2 ? NOT_HERE : seek(fd, offset, whence == 2 ? 0 : whence + 1);
}

/* CloudABI has current 1, end 2, start 3. */
__attribute__((export_name("seek_cloudabi"))) s64 seek_cloudabi(u32 fd, s64 offset, u32 whence) {
  return whence - 1 > 2 ? NOT_HERE : seek(fd, offset, whence == 3 ? 0 : whence);
}

static s64 time_of(u32 clock) {
  state->arguments[0] = clock;
  state->arguments[1] = state->time_address;
  host_time();
  return (s64)((u64)state->seconds * 1000000000 + (u64)state->nanoseconds);
}

/* WASI's clocks have the host's numbers: realtime, monotonic, of the process, of the thread. */
__attribute__((export_name("clock_wasi"))) s64 clock_wasi(u32 clock) {
  return clock > 3 ? NOT_HERE : time_of(clock);
}

/* CloudABI has monotonic 1, of the process 2, realtime 3, of the thread 4. */
__attribute__((export_name("clock_cloudabi"))) s64 clock_cloudabi(u32 clock) {
  return clock - 1 > 3 ? NOT_HERE : time_of(clock == 3 ? 0 : clock == 4 ? 3 : clock);
}
