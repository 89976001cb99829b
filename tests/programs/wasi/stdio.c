// The standard streams.
#include "scratch.h"

static void output(void) {
  __wasi_size_t moved;
  __wasi_ciovec_t pieces[3] = {{(const uint8_t *)"he", 2}, {0, 0}, {(const uint8_t *)"llo", 3}};
  for (size_t at = 0, done = 0; done < 5; done += moved) {
    OK(__wasi_fd_write(1, pieces + at, 3 - at, &moved));
    CHECK_TRUE(moved > 0);
    if (moved == 2) at = 2;
  }
}

static void both_outputs(void) {
  write_text(1, "to the output\n");
  write_text(2, "to the errors\n");
}

static void not_utf8(void) { write_text(1, "\xff\xfe\x01"); }

static void much_output(void) {
  static char block[65536];
  memset(block, 'x', sizeof(block));
  for (int i = 0; i < 16; i++) {
    size_t done = 0;
    while (done < sizeof(block)) {
      __wasi_size_t moved;
      __wasi_ciovec_t piece = {(const uint8_t *)block + done, sizeof(block) - done};
      OK(__wasi_fd_write(1, &piece, 1, &moved));
      CHECK_TRUE(moved > 0);
      done += moved;
    }
  }
}

// Given on standard input: five bytes, `hello`.
static void input(void) {
  char bytes[8];
  __wasi_size_t moved;
  OK(try_read(0, bytes, 2, &moved));
  CHECK(moved, 2);
  CHECK(memcmp(bytes, "he", 2), 0);
  OK(try_read(0, bytes, 8, &moved));
  CHECK(moved, 3);
  CHECK(memcmp(bytes, "llo", 3), 0);
  OK(try_read(0, bytes, 8, &moved));
  CHECK(moved, 0);
}

static void empty_input(void) {
  char byte;
  __wasi_size_t moved = 9;
  OK(try_read(0, &byte, 1, &moved));
  CHECK(moved, 0);
}

// Standard input is a pipe here: no directory, no regular file, no offset.
static void kinds(void) {
  __wasi_filesize_t at;
  __wasi_filetype_t type = fdstat_of(0).fs_filetype;
  CHECK_TRUE(type != __WASI_FILETYPE_DIRECTORY && type != __WASI_FILETYPE_REGULAR_FILE);
  CHECK_ANY(__wasi_fd_seek(0, 0, __WASI_WHENCE_SET, &at), E(SPIPE), E(NOTCAPABLE), E(BADF));
  CHECK_ANY(__wasi_fd_tell(0, &at), E(SPIPE), E(NOTCAPABLE), E(BADF));
}

static void status(void) {
  __wasi_filestat_t stat;
  for (__wasi_fd_t fd = 0; fd < 3; fd++) {
    OK(__wasi_fd_filestat_get(fd, &stat));
    CHECK_TRUE(stat.filetype != __WASI_FILETYPE_DIRECTORY);
  }
}

// libc takes a character device without seek and tell for a terminal; a pipe must not look like one.
static void is_no_terminal(void) {
  for (__wasi_fd_t fd = 0; fd < 3; fd++) {
    __wasi_fdstat_t stat = fdstat_of(fd);
    CHECK_TRUE(stat.fs_filetype != __WASI_FILETYPE_CHARACTER_DEVICE ||
               stat.fs_rights_base & (R(FD_SEEK) | R(FD_TELL)));
  }
}

static void wrong_direction(void) {
  char byte;
  __wasi_size_t moved;
  CHECK_ANY(try_write(0, "x", &moved), E(NOTCAPABLE), E(BADF));
  CHECK_ANY(try_read(1, &byte, 1, &moved), E(NOTCAPABLE), E(BADF));
}

static void closed(void) {
  __wasi_size_t moved;
  for (__wasi_fd_t fd = 0; fd < 2; fd++) {
    OK(__wasi_fd_close(fd));
    CHECK(__wasi_fd_close(fd), E(BADF));
  }
  CHECK(try_write(1, "x", &moved), E(BADF));
}

// A standard stream is no directory.
static void as_directories(void) {
  for (__wasi_fd_t fd = 0; fd < 3; fd++)
    CHECK_ANY(open_error(fd, 0, "x", 0), E(NOTDIR), E(NOTCAPABLE), E(BADF));
}

CASES({"output", output}, {"both-outputs", both_outputs}, {"not-utf8", not_utf8}, {"much-output", much_output},
      {"input", input}, {"empty-input", empty_input}, {"kinds", kinds}, {"status", status}, {"is-no-terminal", is_no_terminal},
      {"wrong-direction", wrong_direction}, {"closed", closed}, {"as-directories", as_directories})
