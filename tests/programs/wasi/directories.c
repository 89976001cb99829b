// Directories: making and removing them, what a directory's descriptor cannot do, reading entries.
#include "scratch.h"

#define ENTRY sizeof(__wasi_dirent_t)

static void create(void) {
  OK(__wasi_path_create_directory(ROOT, "dir"));
  CHECK(__wasi_path_create_directory(ROOT, "dir"), E(EXIST));
  CHECK(__wasi_path_create_directory(ROOT, "absent/dir"), E(NOENT));
  make_file(ROOT, "file", "");
  CHECK(__wasi_path_create_directory(ROOT, "file"), E(EXIST));
  CHECK(__wasi_path_create_directory(ROOT, "file/dir"), E(NOTDIR));
  CHECK_ANY(__wasi_path_create_directory(ROOT, "."), E(EXIST));
}

static void remove(void) {
  OK(__wasi_path_create_directory(ROOT, "dir"));
  OK(__wasi_path_create_directory(ROOT, "dir/nested"));
  CHECK(__wasi_path_remove_directory(ROOT, "dir"), E(NOTEMPTY));
  OK(__wasi_path_remove_directory(ROOT, "dir/nested"));
  OK(__wasi_path_remove_directory(ROOT, "dir"));
  CHECK(__wasi_path_remove_directory(ROOT, "dir"), E(NOENT));
}

static void remove_other_things(void) {
  make_file(ROOT, "file", "");
  OK(__wasi_path_create_directory(ROOT, "dir"));
  OK(__wasi_path_symlink("dir", ROOT, "link"));
  CHECK(__wasi_path_remove_directory(ROOT, "file"), E(NOTDIR));
  CHECK(__wasi_path_remove_directory(ROOT, "link"), E(NOTDIR));
  CHECK_ANY(__wasi_path_remove_directory(ROOT, "."), E(INVAL), E(BUSY));
  CHECK(__wasi_path_unlink_file(ROOT, "dir"), E(ISDIR));
  CHECK(__wasi_path_unlink_file(ROOT, "absent"), E(NOENT));
  CHECK_ANY(__wasi_path_unlink_file(ROOT, "."), E(ISDIR), E(INVAL), E(PERM));
  OK(__wasi_path_unlink_file(ROOT, "link"));
  OK(__wasi_path_unlink_file(ROOT, "file"));
}

// Data and offset calls on a directory. POSIX gives isdir; by rights it is notcapable; wasmtime says badf.
static void no_data(void) {
  uint8_t bytes[8];
  __wasi_size_t moved;
  __wasi_filesize_t at;
  __wasi_filestat_t stat;
  __wasi_iovec_t in = {bytes, 8};
  __wasi_ciovec_t out = {bytes, 8};
  __wasi_fd_t dir = open_dir(ROOT, ".");
  OK(__wasi_fd_filestat_get(dir, &stat));
  CHECK(stat.filetype, __WASI_FILETYPE_DIRECTORY);
  CHECK_ANY(__wasi_fd_read(dir, &in, 1, &moved), E(NOTCAPABLE), E(ISDIR), E(BADF));
  CHECK_ANY(__wasi_fd_pread(dir, &in, 1, 0, &moved), E(NOTCAPABLE), E(ISDIR), E(BADF));
  CHECK_ANY(__wasi_fd_write(dir, &out, 1, &moved), E(NOTCAPABLE), E(ISDIR), E(BADF));
  CHECK_ANY(__wasi_fd_pwrite(dir, &out, 1, 0, &moved), E(NOTCAPABLE), E(ISDIR), E(BADF));
  CHECK_ANY(__wasi_fd_seek(dir, 0, __WASI_WHENCE_CUR, &at), E(NOTCAPABLE), E(ISDIR), E(BADF));
  CHECK_ANY(__wasi_fd_seek(dir, 0, __WASI_WHENCE_SET, &at), E(NOTCAPABLE), E(ISDIR), E(BADF));
  CHECK_ANY(__wasi_fd_seek(dir, 0, __WASI_WHENCE_END, &at), E(NOTCAPABLE), E(ISDIR), E(BADF));
  CHECK_ANY(__wasi_fd_tell(dir, &at), E(NOTCAPABLE), E(ISDIR), E(BADF));
  CHECK_ANY(__wasi_fd_allocate(dir, 0, 1), E(NOTCAPABLE), E(ISDIR), E(BADF));
  CHECK_ANY(__wasi_fd_filestat_set_size(dir, 0), E(NOTCAPABLE), E(ISDIR), E(BADF), E(INVAL));
  CHECK_ANY(__wasi_fd_advise(dir, 0, 0, 0), E(NOTCAPABLE), E(ISDIR), E(BADF), E(SUCCESS));
}

// Asking for the right to seek on a directory succeeds and does not give it.
static void no_seek(void) {
  __wasi_filesize_t at;
  OK(__wasi_path_create_directory(ROOT, "dir"));
  __wasi_fd_t fd = open_file(ROOT, "dir", __WASI_OFLAGS_DIRECTORY, R(FD_SEEK));
  CHECK_ANY(__wasi_fd_seek(fd, 0, __WASI_WHENCE_CUR, &at), E(NOTCAPABLE), E(ISDIR), E(BADF));
  __wasi_fdstat_t stat = fdstat_of(fd);
  CHECK(stat.fs_filetype, __WASI_FILETYPE_DIRECTORY);
  CHECK(stat.fs_rights_base & R(FD_SEEK), 0);
  OK(__wasi_fd_close(fd));
  OK(__wasi_path_remove_directory(ROOT, "dir"));
}

static void sync(void) {
  __wasi_fd_t dir = make_dir(ROOT, "dir");
  CHECK_ANY(__wasi_fd_sync(dir), E(SUCCESS), E(NOTCAPABLE), E(BADF));
  CHECK_ANY(__wasi_fd_datasync(dir), E(SUCCESS), E(NOTCAPABLE), E(BADF));
}

static uint8_t buffer[4096];

struct entry {
  __wasi_dirent_t head;
  char name[64];
};

// The whole entries in the first `used` bytes of `buffer`.
static size_t parse(size_t used, struct entry *entries, size_t most) {
  size_t count = 0;
  for (size_t at = 0; count < most && at + ENTRY <= used; count++) {
    memcpy(&entries[count].head, buffer + at, ENTRY);
    size_t length = entries[count].head.d_namlen;
    if (at + ENTRY + length > used) break;
    CHECK_TRUE(length < sizeof(entries->name));
    memcpy(entries[count].name, buffer + at + ENTRY, length);
    entries[count].name[length] = 0;
    at += ENTRY + length;
  }
  return count;
}

static size_t read_entries(__wasi_fd_t fd, __wasi_dircookie_t cookie, size_t length, struct entry *entries,
                           size_t most) {
  __wasi_size_t used = 99999;
  OK(__wasi_fd_readdir(fd, buffer, length, cookie, &used));
  CHECK_TRUE(used <= length);
  return parse(used, entries, most);
}

static const struct entry *find(const struct entry *entries, size_t count, const char *name) {
  const struct entry *found = 0;
  for (size_t i = 0; i < count; i++)
    if (strcmp(entries[i].name, name) == 0) {
      CHECK_TRUE(!found);
      found = &entries[i];
    }
  CHECK_TRUE(found);
  return found;
}

static void empty_has_dots(void) {
  struct entry entries[4];
  __wasi_filestat_t stat;
  __wasi_fd_t dir = make_dir(ROOT, "dir");
  OK(__wasi_fd_filestat_get(dir, &stat));
  CHECK(read_entries(dir, 0, sizeof(buffer), entries, 4), 2);
  const struct entry *self = find(entries, 2, "."), *parent = find(entries, 2, "..");
  CHECK(self->head.d_type, __WASI_FILETYPE_DIRECTORY);
  CHECK(self->head.d_ino, stat.ino);
  CHECK(self->head.d_namlen, 1);
  CHECK(parent->head.d_type, __WASI_FILETYPE_DIRECTORY);
}

// At the top of a grant, `..` is there too but tells nothing that the program could not know.
static void top_has_dots(void) {
  struct entry entries[4];
  CHECK(read_entries(ROOT, 0, sizeof(buffer), entries, 4), 2);
  CHECK(find(entries, 2, ".")->head.d_ino, stat_of(ROOT, 0, ".").ino);
  CHECK(find(entries, 2, "..")->head.d_type, __WASI_FILETYPE_DIRECTORY);
}

static void entry_kinds(void) {
  struct entry entries[8];
  __wasi_fd_t dir = make_dir(ROOT, "dir");
  make_file(dir, "file", "");
  OK(__wasi_path_create_directory(dir, "sub"));
  OK(__wasi_path_symlink("file", dir, "link"));
  CHECK(read_entries(dir, 0, sizeof(buffer), entries, 8), 5);
  CHECK(find(entries, 5, "file")->head.d_type, __WASI_FILETYPE_REGULAR_FILE);
  CHECK(find(entries, 5, "sub")->head.d_type, __WASI_FILETYPE_DIRECTORY);
  CHECK(find(entries, 5, "link")->head.d_type, __WASI_FILETYPE_SYMBOLIC_LINK);
  CHECK(find(entries, 5, "file")->head.d_ino, stat_of(dir, 0, "file").ino);
  CHECK(find(entries, 5, "link")->head.d_ino, stat_of(dir, 0, "link").ino);
}

// From any entry's cookie the rest comes, in the same order, as often as asked.
static void cookies(void) {
  struct entry all[16], rest[16];
  char name[] = "file-0";
  __wasi_fd_t dir = make_dir(ROOT, "dir");
  for (int i = 0; i < 8; i++) {
    name[5] = (char)('0' + i);
    make_file(dir, name, "");
  }
  CHECK(read_entries(dir, 0, sizeof(buffer), all, 16), 10);
  for (int turn = 0; turn < 2; turn++)
    for (size_t i = 0; i < 10; i++) {
      CHECK(read_entries(dir, all[i].head.d_next, sizeof(buffer), rest, 16), 9 - i);
      for (size_t j = 0; j < 9 - i; j++) CHECK(strcmp(rest[j].name, all[i + 1 + j].name), 0);
    }
  CHECK(read_entries(dir, 0, sizeof(buffer), rest, 16), 10);
}

// Starting over at cookie 0 sees what changed.
static void starts_over(void) {
  struct entry entries[8];
  __wasi_fd_t dir = make_dir(ROOT, "dir");
  CHECK(read_entries(dir, 0, sizeof(buffer), entries, 8), 2);
  make_file(dir, "file", "");
  CHECK(read_entries(dir, 0, sizeof(buffer), entries, 8), 3);
  OK(__wasi_path_unlink_file(dir, "file"));
  CHECK(read_entries(dir, 0, sizeof(buffer), entries, 8), 2);
}

// A buffer that is too small is filled to the brim with the start of the entry that did not fit: full means
// that there is more, and a caller that saw no whole entry asks again with more room.
static void small_buffers(void) {
  __wasi_size_t used;
  struct entry entries[8];
  __wasi_fd_t dir = make_dir(ROOT, "dir");
  make_file(dir, "a-name-of-some-length", "");
  for (size_t length = 0; length < ENTRY + 1; length++) {
    memset(buffer, 0xaa, sizeof(buffer));
    OK(__wasi_fd_readdir(dir, buffer, length, 0, &used));
    CHECK(used, length);
    CHECK(buffer[length], 0xaa);
  }
  CHECK(read_entries(dir, 0, ENTRY + 2, entries, 8), 1);
  size_t seen = 0;
  __wasi_dircookie_t cookie = 0;
  for (;;) {
    size_t length = 60;
    OK(__wasi_fd_readdir(dir, buffer, length, cookie, &used));
    size_t count = parse(used, entries, 8);
    seen += count;
    if (count > 0) cookie = entries[count - 1].head.d_next;
    if (used < length) break;
    CHECK_TRUE(count > 0);
  }
  CHECK(seen, 3);
}

static void a_thousand(void) {
  static struct entry entries[16];
  static uint8_t seen[1000];
  char name[] = "file.000";
  __wasi_fd_t dir = make_dir(ROOT, "dir");
  for (int i = 0; i < 1000; i++) {
    name[5] = (char)('0' + i / 100);
    name[6] = (char)('0' + i / 10 % 10);
    name[7] = (char)('0' + i % 10);
    OK(__wasi_fd_close(open_file(dir, name, __WASI_OFLAGS_CREAT, 0)));
  }
  size_t total = 0;
  __wasi_dircookie_t cookie = 0;
  for (;;) {
    __wasi_size_t used;
    OK(__wasi_fd_readdir(dir, buffer, 256, cookie, &used));
    size_t count = parse(used, entries, 16);
    for (size_t i = 0; i < count; i++) {
      if (entries[i].head.d_namlen != 8) continue;
      const char *n = entries[i].name + 5;
      seen[(n[0] - '0') * 100 + (n[1] - '0') * 10 + n[2] - '0']++;
    }
    total += count;
    if (used < 256) break;
    cookie = entries[count - 1].head.d_next;
  }
  CHECK(total, 1002);
  for (int i = 0; i < 1000; i++) CHECK(seen[i], 1);
}

// C libraries of 32 bits keep a cookie in a long (telldir): what 31 bits hold leads back to the same place, also after
// entries before and behind it came and went.
static void cookies_in_31_bits(void) {
  static struct entry all[256], again[256];
  char name[] = "file.00";
  __wasi_size_t used;
  __wasi_fd_t dir = make_dir(ROOT, "dir");
  for (int i = 0; i < 100; i++) {
    name[5] = (char)('0' + i / 10);
    name[6] = (char)('0' + i % 10);
    OK(__wasi_fd_close(open_file(dir, name, __WASI_OFLAGS_CREAT, 0)));
  }
  size_t count = 0;
  for (__wasi_dircookie_t cookie = 0;; cookie = all[count - 1].head.d_next) {
    size_t read = read_entries(dir, cookie, 1024, all + count, 256 - count);
    if (read == 0) break;
    count += read;
  }
  CHECK(count, 102);
  for (size_t i = 0; i < count; i++) CHECK_TRUE(all[i].head.d_next <= INT32_MAX);
  for (size_t i = 0; i + 1 < count; i++) {
    CHECK_TRUE(read_entries(dir, (__wasi_dircookie_t)(int32_t)all[i].head.d_next, 1024, again, 256) > 0);
    CHECK(strcmp(again[0].name, all[i + 1].name), 0);
  }
  // Other directories that are read meanwhile change nothing, nor do entries that appear, nor the one before.
  __wasi_fd_t other = make_dir(ROOT, "other");
  for (int i = 0; i < 50; i++) {
    name[0] = (char)('A' + i % 26);
    name[1] = (char)('a' + i / 26);
    make_file(other, name, "");
    make_file(dir, name, "");
  }
  OK(__wasi_fd_readdir(other, buffer, sizeof(buffer), 0, &used));
  for (size_t i = 2; i + 1 < count; i += 7) {
    if (all[i].name[0] == '.' || all[i + 1].name[0] == '.') continue;
    OK(__wasi_path_unlink_file(dir, all[i].name));
    size_t read = read_entries(dir, all[i].head.d_next, sizeof(buffer), again, 256);
    // Old entries that still exist come next, behind new ones.
    size_t at = 0;
    while (at < read && strncmp(again[at].name, "file.", 5) != 0) at++;
    CHECK_TRUE(at < read);
    CHECK(strcmp(again[at].name, all[i + 1].name), 0);
  }
}

// A place that was never given out is none, and asking for it changes nothing.
static void cookies_made_up(void) {
  __wasi_size_t used;
  __wasi_fd_t dir = make_dir(ROOT, "dir");
  CHECK(__wasi_fd_readdir(dir, buffer, sizeof(buffer), 0x7ffffffe, &used), E(INVAL));
  OK(__wasi_fd_readdir(dir, buffer, sizeof(buffer), 0, &used));
}

CASES({"create", create}, {"remove", remove}, {"remove-other-things", remove_other_things}, {"no-data", no_data},
      {"no-seek", no_seek}, {"sync", sync}, {"empty-has-dots", empty_has_dots}, {"top-has-dots", top_has_dots},
      {"entry-kinds", entry_kinds}, {"cookies", cookies}, {"starts-over", starts_over},
      {"small-buffers", small_buffers}, {"a-thousand", a_thousand},
      {"cookies-in-31-bits", cookies_in_31_bits}, {"cookies-made-up", cookies_made_up})
