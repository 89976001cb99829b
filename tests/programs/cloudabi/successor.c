/* Says what it was given and what it has: the second should be no more than the first. */
#include <cloudabi.h>
#include <cloudabi_syscalls.h>
#include <program.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char fresh[1 << 16];

void program_main(const argdata_t *ad) {
  int output = -1, file = -1, again = -1;
  argdata_map_iterator_t greeting_at;
  const argdata_t *greeting;
  const char *text = "?";
  program_argument_fd(ad, "output", &output);
  program_argument_fd(ad, "file", &file);
  program_argument_fd(ad, "again", &again);
  if (program_argument(ad, "greeting", &greeting_at, &greeting) == 0)
    argdata_get_str_c(greeting, &text);

  char contents[64] = "";
  ssize_t length = read(file, contents, sizeof(contents) - 1);
  dprintf(output, "%s: output %d, again %d, file %d holds '%.*s'\n", text, output, again, file, (int)length, contents);

  int open = 0;
  for (cloudabi_fd_t fd = 0; fd < 5000; fd++) {
    cloudabi_fdstat_t stat;
    if (cloudabi_sys_fd_stat_get(fd, &stat) == CLOUDABI_ESUCCESS) {
      open++;
      if (stat.fs_rights_base & CLOUDABI_RIGHT_PROC_EXEC)
        dprintf(output, "descriptor %u can be executed\n", (unsigned)fd);
    }
  }
  int used = 0;
  for (size_t at = 0; at < sizeof(fresh); at++)
    used += fresh[at] != 0;
  dprintf(output, "open: %d, used memory: %d\n", open, used);
  dprintf(output, "executes: %d\n", program_exec(file, &argdata_null));
}
