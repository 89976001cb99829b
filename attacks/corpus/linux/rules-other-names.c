// Route: reaches a hidden file by other names: hard links, renames of it and of its directory, links of /proc, handles
// Known from: first principles; CVE-2022-0185 and others show name_to_handle_at(2) as a way around paths
// Grants: {rules: ['hide $WORK/way/held'], base: system}
// Refused: ENOENT, EXDEV, EPERM, EACCES
// Twin: does the same with a file of its own
// Unconfined: works
// Worlds: walls
#include "attempt.h"

static int reads(int descriptor) {
  char byte;
  return descriptor != -1 && read(descriptor, &byte, 1) == 1;
}

static int reach(const char *name) {
  char *direct = at("WORK", ""), *way = at("WORK", "/way"), *path, *other = at("WORK", "/other"), *moved = at("WORK", "/moved");
  int folder = open(way, O_PATH);
  struct stat met;
  asprintf(&path, "%s/%s", way, name);
  if (link(path, other) == 0 && reads(open(other, O_RDONLY))) return 0;
  if (linkat(folder, name, AT_FDCWD, other, AT_SYMLINK_FOLLOW) == 0 && reads(open(other, O_RDONLY))) return 0;
  if (symlink(path, moved) == 0) {
    if (reads(open(moved, O_RDONLY))) return 0;
    unlink(moved);
  }
  const char *forms[] = {"/proc/self/fd/%d/%s", "/dev/fd/%d/%s", "/proc/thread-self/fd/%d/%s"};
  for (unsigned i = 0; i < 3; i++) {
    char *text;
    asprintf(&text, forms[i], folder, name);
    if (reads(open(text, O_RDONLY))) return 0;
  }
  if (chdir(way) == 0) {
    char *text;
    asprintf(&text, "/proc/%d/cwd/%s", getpid(), name);
    if (reads(open(text, O_RDONLY)) || reads(open(name, O_RDONLY))) return 0;
    asprintf(&text, "/proc/self/root%s", path);
    if (reads(open(text, O_RDONLY))) return 0;
    chdir(direct);
  }
  int opened = openat(folder, name, O_PATH);
  if (opened != -1 && fstatat(opened, "", &met, AT_EMPTY_PATH) == 0) return 0;
  if (fstatat(folder, name, &met, AT_EMPTY_PATH) == 0 || access(path, F_OK) == 0) return 0;
  if (rename(path, other) == 0 && reads(open(other, O_RDONLY))) return 0;
  if (rename(way, moved) == 0) {
    asprintf(&path, "%s/%s", moved, name);
    if (reads(open(path, O_RDONLY))) return 0;
  }
  return -1;
}

int main(void) {
  attempt(reach("held"));
  int mine = open(at("WORK", "/way/mine"), O_WRONLY | O_CREAT, 0644);
  write(mine, "mine", 4);
  unlink(at("WORK", "/other"));
  twin(reach("mine"));
}
