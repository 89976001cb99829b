// Arguments, environment, exit codes, clocks, random bytes, yielding.
#include <stdlib.h>
#include "raw.h"
#include "scratch.h"

static uint8_t *pointers[64];
static uint8_t bytes[4096];

// Given: process, args, `first`, `the "second" arg`, `3`, an empty one and one in UTF-8.
static void args(void) {
  static const char *const wanted[] = {"process", "args", "first", "the \"second\" arg", "3", "", "na\xc3\xafve"};
  __wasi_size_t count, size, sum = 0;
  OK(__wasi_args_sizes_get(&count, &size));
  CHECK(count, LENGTH(wanted));
  for (size_t i = 0; i < LENGTH(wanted); i++) sum += strlen(wanted[i]) + 1;
  CHECK(size, sum);
  OK(__wasi_args_get(pointers, bytes));
  for (size_t i = 0; i < LENGTH(wanted); i++) CHECK(strcmp((char *)pointers[i], wanted[i]), 0);
  CHECK_TRUE(pointers[LENGTH(wanted)] == 0);
}

// Given: the program's name and the case's, nothing else.
static void no_args(void) {
  __wasi_size_t count, size;
  OK(__wasi_args_sizes_get(&count, &size));
  CHECK(count, 2);
  CHECK(size, sizeof("process") + sizeof("no-args"));
}

// Given: a=text, b=escap " ing, c=a line feed in the middle, d empty.
static void environ(void) {
  static const char *const wanted[] = {"a=text", "b=escap \" ing", "c=new\nline", "d="};
  __wasi_size_t count, size, sum = 0;
  OK(__wasi_environ_sizes_get(&count, &size));
  CHECK(count, LENGTH(wanted));
  for (size_t i = 0; i < LENGTH(wanted); i++) sum += strlen(wanted[i]) + 1;
  CHECK(size, sum);
  OK(__wasi_environ_get(pointers, bytes));
  for (size_t i = 0; i < LENGTH(wanted); i++) {
    size_t found = 0;
    for (size_t j = 0; j < count; j++) found += strcmp((char *)pointers[j], wanted[i]) == 0;
    CHECK(found, 1);
  }
}

static void no_environ(void) {
  __wasi_size_t count = 9, size = 9;
  OK(__wasi_environ_sizes_get(&count, &size));
  CHECK(count, 0);
  CHECK(size, 0);
  OK(__wasi_environ_get(pointers, bytes));
}

static void exit_zero(void) { __wasi_proc_exit(0); }
static void exit_33(void) { __wasi_proc_exit(33); }
static void exit_255(void) { __wasi_proc_exit(255); }
// Nothing after the exit runs, no handler of libc's either.
static void after_exit(void) { write_text(1, "after"); }
static void exit_at_once(void) {
  CHECK(atexit(after_exit), 0);
  write_text(1, "before\n");
  __wasi_proc_exit(7);
}
static void exit_by_libc(void) {
  CHECK(atexit(after_exit), 0);
  write_text(1, "before\n");
  exit(3);
}
// A trap is not an exit with 0.
static void trap(void) { __builtin_trap(); }

static void clock_monotonic(void) {
  __wasi_timestamp_t first, then;
  OK(__wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 1, &first));
  OK(__wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 0, &first));
  for (int i = 0; i < 1000; i++) {
    OK(__wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 0, &then));
    CHECK_TRUE(then >= first);
    first = then;
  }
}

// Between 2024 and 2100.
static void clock_realtime(void) {
  __wasi_timestamp_t now;
  OK(__wasi_clock_time_get(__WASI_CLOCKID_REALTIME, 1000, &now));
  CHECK_TRUE(now / 1000000000 > 1704067200 && now / 1000000000 < 4102444800);
}

static void clock_resolution(void) {
  __wasi_timestamp_t resolution = 0;
  OK(__wasi_clock_res_get(__WASI_CLOCKID_REALTIME, &resolution));
  CHECK_TRUE(resolution > 0 && resolution <= 1000000000);
  OK(__wasi_clock_res_get(__WASI_CLOCKID_MONOTONIC, &resolution));
  CHECK_TRUE(resolution > 0 && resolution <= 1000000000);
}

static void clock_of_the_process(void) {
  __wasi_timestamp_t time;
  CHECK_ANY(__wasi_clock_time_get(__WASI_CLOCKID_PROCESS_CPUTIME_ID, 1, &time), E(SUCCESS), E(INVAL), E(BADF), E(NOTSUP));
  CHECK_ANY(__wasi_clock_time_get(__WASI_CLOCKID_THREAD_CPUTIME_ID, 1, &time), E(SUCCESS), E(INVAL), E(BADF), E(NOTSUP));
}

static void clock_unknown(void) {
  __wasi_timestamp_t time;
  CHECK(__wasi_clock_time_get(4, 1, &time), E(INVAL));
  CHECK(__wasi_clock_res_get(99, &time), E(INVAL));
}

static void random_bytes(void) {
  int sum = 0;
  OK(__wasi_random_get(bytes, 0));
  OK(__wasi_random_get(bytes, 1024));
  for (int i = 0; i < 1024; i++) sum += bytes[i];
  CHECK_TRUE(sum > 0);
  OK(__wasi_random_get(bytes + 1024, 1024));
  CHECK_TRUE(memcmp(bytes, bytes + 1024, 1024) != 0);
  bytes[8] = bytes[9] = 0xaa;
  OK(__wasi_random_get(bytes, 8));
  CHECK(bytes[8], 0xaa);
}

// More than one call of the host's gives.
static void random_large(void) {
  size_t length = 1 << 20;
  uint8_t *many = calloc(length, 1);
  CHECK_TRUE(many);
  OK(__wasi_random_get(many, length));
  for (size_t block = 0; block < length; block += 4096) {
    int sum = 0;
    for (size_t i = 0; i < 4096; i++) sum += many[block + i];
    CHECK_TRUE(sum > 0);
  }
}

static void yield(void) { OK(__wasi_sched_yield()); }

CASES({"args", args}, {"no-args", no_args}, {"environ", environ}, {"no-environ", no_environ},
      {"exit-zero", exit_zero}, {"exit-33", exit_33}, {"exit-255", exit_255}, {"exit-at-once", exit_at_once},
      {"exit-by-libc", exit_by_libc}, {"trap", trap}, {"clock-monotonic", clock_monotonic},
      {"clock-realtime", clock_realtime}, {"clock-resolution", clock_resolution},
      {"clock-of-the-process", clock_of_the_process}, {"clock-unknown", clock_unknown}, {"random", random_bytes},
      {"random-large", random_large}, {"yield", yield})
