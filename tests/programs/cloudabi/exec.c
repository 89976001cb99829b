/*
 * Puts another program in its own place, after it has tried to with what is no program and with what it may not
 * execute. What the other is not given, it must not have.
 */
#include <cloudabi.h>
#include <cloudabi_syscalls.h>
#include <program.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int argument(const argdata_t *ad, const char *key) {
  int fd = -1;
  program_argument_fd(ad, key, &fd);
  return fd;
}

void program_main(const argdata_t *ad) {
  int output = argument(ad, "output");
  int next = argument(ad, "next");
  argdata_map_iterator_t greeting_at;
  const argdata_t *greeting;
  if (program_argument(ad, "greeting", &greeting_at, &greeting) != 0)
    exit(1);

  argdata_t *keys[] = {argdata_create_str_c("output"), argdata_create_str_c("file"), argdata_create_str_c("again"),
                       argdata_create_str_c("greeting")};
  argdata_t *fd = argdata_create_fd(output);
  argdata_t *file = argdata_create_fd(argument(ad, "file"));
  const argdata_t *values[] = {fd, file, fd, greeting};
  argdata_t *tree = argdata_create_map((const argdata_t *const *)keys, values, 4);

  dprintf(output, "no program: %d\n", program_exec(argument(ad, "text"), tree));
  dprintf(output, "no right: %d\n", program_exec(argument(ad, "file"), tree));
  dprintf(output, "not open: %d\n", program_exec(4000, tree));
  cloudabi_fd_t closed[] = {(cloudabi_fd_t)output, 4000};
  dprintf(output, "not open: %d\n", cloudabi_sys_proc_exec((cloudabi_fd_t)next, "", 0, closed, 2));
  dprintf(output, "still here, %s\n", argument(ad, "secret") >= 0 ? "with the secret" : "without it");
  int error = program_exec(next, tree);
  dprintf(output, "cannot go on: %d\n", error);
}
