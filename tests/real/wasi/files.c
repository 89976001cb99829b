// Works with files as programs in C do, in the directory that the first argument names, and prints a line for each
// thing that did not succeed.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void want(const char *what, int answer) {
  if (answer < 0)
    printf("%s: %s\n", what, strerror(errno));
}
static void reads(void) {
  char text[16] = "";
  int file = open("file", O_RDONLY | O_NOFOLLOW | O_SYNC);
  want("open", file);
  want("read", (int)pread(file, text, sizeof(text), 2));
  if (strcmp(text, "llo") != 0)
    printf("contents: %s\n", text);
  int dir = open("sub", O_RDONLY | O_DIRECTORY);
  want("open a directory", dir);
  want("open beneath", openat(dir, "inner", O_RDONLY));
  want("attributes", faccessat(dir, "inner", R_OK, 0));
}
// Each place that telldir names is found again, with 200 names in the directory.
static void places(void) {
  char name[32], names[256][32];
  long at[256];
  int count = 0;
  for (int i = 0; i < 200; i++) {
    snprintf(name, sizeof(name), "many/%d", i);
    want("make", close(open(name, O_WRONLY | O_CREAT, 0666)));
  }
  DIR *dir = opendir("many");
  for (struct dirent *entry; at[count] = telldir(dir), (entry = readdir(dir)) != NULL; count++)
    strcpy(names[count], entry->d_name);
  for (int i = count - 1; i >= 0; i -= 13) {
    seekdir(dir, at[i]);
    struct dirent *entry = readdir(dir);
    if (entry == NULL || strcmp(entry->d_name, names[i]) != 0)
      printf("place %d: not found again\n", i);
  }
  closedir(dir);
}
static int writes(void) {
  int file = open("made", O_RDWR | O_CREAT | O_TRUNC, 0666);
  if (file < 0)
    return -1;
  want("write", (int)write(file, "text", 4));
  want("set size", ftruncate(file, 1));
  const struct timespec times[2] = {{.tv_sec = 1}, {.tv_sec = 2}};
  want("set times", futimens(file, times));
  want("set times of a directory", futimens(open("sub", O_RDONLY | O_DIRECTORY), times));
  want("make a directory", mkdir("many", 0777));
  places();
  return unlink("made");
}
int main(int argc, char **argv) {
  if (argc < 3 || chdir(argv[1]) != 0)
    return 2;
  reads();
  int answer = writes();
  if (answer < 0 && strcmp(argv[2], "read") == 0)
    puts("writing is refused");
  else
    want("write", answer);
}
