// Addresses and counts that no program should pass: outside of memory, wrapping around, more than exist.
// None of them may trap, and none may take effect in part.
#include "raw.h"
#include "scratch.h"

#define FAR 0xfffffff0u

// The last address that is inside memory, plus one.
static uint32_t end(void) { return (uint32_t)__builtin_wasm_memory_size(0) * 65536; }

static void results(void) {
  uint32_t ok[16];
  make_file(ROOT, "file", "");
  for (int i = 0; i < 3; i++) {
    const uint32_t bad[] = {FAR, end(), end() - 2};
    CHECK(raw_fd_fdstat_get(ROOT, bad[i]), E(FAULT));
    CHECK(raw_fd_filestat_get(ROOT, bad[i]), E(FAULT));
    CHECK(raw_fd_prestat_get(ROOT, bad[i]), E(FAULT));
    CHECK(raw_clock_time_get(0, 0, bad[i]), E(FAULT));
    CHECK(raw_args_sizes_get(bad[i], ADDRESS(ok)), E(FAULT));
    CHECK(raw_args_sizes_get(ADDRESS(ok), bad[i]), E(FAULT));
    CHECK(raw_environ_sizes_get(bad[i], ADDRESS(ok)), E(FAULT));
    CHECK(raw_path_filestat_get(ROOT, 0, ADDRESS("file"), 4, bad[i]), E(FAULT));
    CHECK(raw_random_get(bad[i], 16), E(FAULT));
    CHECK(raw_args_get(bad[i], ADDRESS(ok)), E(FAULT));
  }
}

static void paths(void) {
  uint32_t out[16];
  CHECK(raw_path_open(ROOT, 0, FAR, 4, 0, 0, 0, 0, ADDRESS(out)), E(FAULT));
  CHECK(raw_path_open(ROOT, 0, end() - 2, 4, 0, 0, 0, 0, ADDRESS(out)), E(FAULT));
  CHECK(raw_path_open(ROOT, 0, 16, UINT32_MAX, 0, 0, 0, 0, ADDRESS(out)), E(FAULT));
  CHECK(raw_path_create_directory(ROOT, FAR, 4), E(FAULT));
  CHECK(raw_path_filestat_get(ROOT, 0, FAR, 4, ADDRESS(out)), E(FAULT));
  CHECK(raw_path_unlink_file(ROOT, FAR, 4), E(FAULT));
  CHECK(raw_path_remove_directory(ROOT, FAR, 4), E(FAULT));
  CHECK(raw_path_rename(ROOT, FAR, 4, ROOT, ADDRESS("x"), 1), E(FAULT));
  CHECK(raw_path_rename(ROOT, ADDRESS("x"), 1, ROOT, FAR, 4), E(FAULT));
  CHECK(raw_path_symlink(FAR, 4, ROOT, ADDRESS("x"), 1), E(FAULT));
  CHECK(raw_path_symlink(ADDRESS("x"), 1, ROOT, FAR, 4), E(FAULT));
  CHECK(raw_path_link(ROOT, 0, FAR, 4, ROOT, ADDRESS("x"), 1), E(FAULT));
  CHECK(raw_path_readlink(ROOT, FAR, 4, ADDRESS(out), 8, ADDRESS(out)), E(FAULT));
}

static void buffers(void) {
  uint32_t out[16];
  OK(__wasi_path_symlink("target", ROOT, "link"));
  CHECK(raw_path_readlink(ROOT, ADDRESS("link"), 4, FAR, 64, ADDRESS(out)), E(FAULT));
  CHECK(raw_fd_readdir(ROOT, FAR, 64, 0, ADDRESS(out)), E(FAULT));
  CHECK(raw_fd_readdir(ROOT, end() - 8, 4096, 0, ADDRESS(out)), E(FAULT));
  CHECK(raw_fd_prestat_dir_name(ROOT, FAR, 64), E(FAULT));
  CHECK(raw_poll_oneoff(FAR, ADDRESS(out), 1, ADDRESS(out)), E(FAULT));
}

static void pieces(void) {
  uint32_t out = 0;
  __wasi_fd_t fd = create_file(ROOT, "file");
  __wasi_ciovec_t far = {(const uint8_t *)(uintptr_t)FAR, 64};
  CHECK(raw_fd_write(fd, FAR, 1, ADDRESS(&out)), E(FAULT));
  CHECK(raw_fd_read(fd, FAR, 1, ADDRESS(&out)), E(FAULT));
  CHECK(raw_fd_write(fd, ADDRESS(&far), 1, ADDRESS(&out)), E(FAULT));
  CHECK(stat_of(ROOT, 0, "file").size, 0);
  write_text(fd, "0123456789");
  __wasi_filesize_t at;
  OK(__wasi_fd_seek(fd, 0, __WASI_WHENCE_SET, &at));
  CHECK(raw_fd_read(fd, ADDRESS(&far), 1, ADDRESS(&out)), E(FAULT));
}

// The second piece is bad: the first must not have been written either.
static void second_piece(void) {
  uint32_t out = 0;
  __wasi_fd_t fd = create_file(ROOT, "file");
  __wasi_ciovec_t both[2] = {{(const uint8_t *)"good", 4}, {(const uint8_t *)(uintptr_t)FAR, 64}};
  CHECK(raw_fd_write(fd, ADDRESS(both), 2, ADDRESS(&out)), E(FAULT));
  CHECK(stat_of(ROOT, 0, "file").size, 0);
}

// As many pieces as a 32-bit number can say do not fit into memory.
static void too_many_pieces(void) {
  uint32_t out = 0;
  uint8_t byte = 0;
  __wasi_iovec_t one = {&byte, 0};
  __wasi_fd_t fd = create_file(ROOT, "file");
  CHECK_ANY(raw_fd_write(fd, ADDRESS(&one), UINT32_MAX, ADDRESS(&out)), E(FAULT), E(INVAL), E(OVERFLOW), E(NOMEM));
  CHECK_ANY(raw_fd_read(fd, ADDRESS(&one), UINT32_MAX, ADDRESS(&out)), E(FAULT), E(INVAL), E(OVERFLOW), E(NOMEM));
  CHECK_ANY(raw_fd_write(fd, ADDRESS(&one), 0x20000001, ADDRESS(&out)), E(FAULT), E(INVAL), E(OVERFLOW), E(NOMEM));
}

// More pieces than the host takes in one call (1,024 on Linux) are refused or moved, in part or whole.
static void many_pieces(void) {
  static __wasi_ciovec_t pieces[3000];
  __wasi_size_t moved = 0;
  for (size_t i = 0; i < LENGTH(pieces); i++) pieces[i] = (__wasi_ciovec_t){(const uint8_t *)"x", 1};
  __wasi_errno_t error = __wasi_fd_write(create_file(ROOT, "file"), pieces, LENGTH(pieces), &moved);
  CHECK_ANY(error, E(SUCCESS), E(INVAL));
  if (error == E(SUCCESS)) CHECK_TRUE(moved >= 1 && moved <= LENGTH(pieces));
  CHECK(stat_of(ROOT, 0, "file").size, moved);
}

// Lengths whose sum does not fit the 32-bit result.
static void sum_too_large(void) {
  uint32_t out = 0, size = end();
  static __wasi_iovec_t pieces[1024];
  for (size_t i = 0; i < LENGTH(pieces); i++) pieces[i] = (__wasi_iovec_t){(uint8_t *)16, size - 16};
  make_file(ROOT, "file", "");
  __wasi_fd_t fd = open_file(ROOT, "file", 0, R(FD_READ));
  while ((uint64_t)(size - 16) * LENGTH(pieces) <= UINT32_MAX) {
    CHECK_TRUE(__builtin_wasm_memory_grow(0, 16) != SIZE_MAX);
    size = end();
    for (size_t i = 0; i < LENGTH(pieces); i++) pieces[i].buf_len = size - 16;
  }
  CHECK_ANY(raw_fd_read(fd, ADDRESS(pieces), LENGTH(pieces), ADDRESS(&out)), E(INVAL), E(OVERFLOW), E(SUCCESS));
}

// An empty buffer at the very end of memory is inside of it.
static void empty_at_the_end(void) {
  OK(raw_random_get(end(), 0));
  __wasi_size_t moved;
  __wasi_ciovec_t piece = {(const uint8_t *)(uintptr_t)end(), 0};
  OK(__wasi_fd_write(create_file(ROOT, "file"), &piece, 1, &moved));
}

// A descriptor that the result has no place for must not stay open.
static void no_place_for_the_descriptor(void) {
  __wasi_fdstat_t stat;
  make_file(ROOT, "file", "");
  __wasi_fd_t next = create_file(ROOT, "file");
  OK(__wasi_fd_close(next));
  CHECK(raw_path_open(ROOT, 0, ADDRESS("file"), 4, 0, 0, 0, 0, FAR), E(FAULT));
  CHECK(__wasi_fd_fdstat_get(next, &stat), E(BADF));
}

// Memory that grew is seen by the host.
static void grown_memory(void) {
  uint32_t old = end();
  CHECK_TRUE(__builtin_wasm_memory_grow(0, 4) != SIZE_MAX);
  uint8_t *bytes = (uint8_t *)(uintptr_t)(old + 3 * 65536);
  memset(bytes, 0, 64);
  OK(raw_random_get(ADDRESS(bytes), 64));
  int sum = 0;
  for (int i = 0; i < 64; i++) sum += bytes[i];
  CHECK_TRUE(sum > 0);
}

CASES({"results", results}, {"paths", paths}, {"buffers", buffers}, {"pieces", pieces},
      {"second-piece", second_piece}, {"too-many-pieces", too_many_pieces}, {"many-pieces", many_pieces},
      {"sum-too-large", sum_too_large}, {"empty-at-the-end", empty_at_the_end},
      {"no-place-for-the-descriptor", no_place_for_the_descriptor}, {"grown-memory", grown_memory})
