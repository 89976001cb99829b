/* Waits for the end of a process, a clock and a socket at once, again and again until the process has ended. */
#include <cloudabi.h>
#include <cloudabi_syscalls.h>
#include <program.h>
#include <stdio.h>
#include <unistd.h>

void program_main(const argdata_t *ad) {
  int output = -1, process = -1, input = -1;
  program_argument_fd(ad, "output", &output);
  program_argument_fd(ad, "process", &process);
  program_argument_fd(ad, "input", &input);

  cloudabi_fdstat_t stat;
  cloudabi_sys_fd_stat_get((cloudabi_fd_t)process, &stat);
  dprintf(output, "type %#x, waits %d\n", stat.fs_filetype,
          (stat.fs_rights_base & CLOUDABI_RIGHT_POLL_PROC_TERMINATE) != 0);

  cloudabi_subscription_t wanted[3] = {
      {.userdata = 1, .type = CLOUDABI_EVENTTYPE_PROC_TERMINATE, .proc_terminate.fd = (cloudabi_fd_t)process},
      {.userdata = 2,
       .type = CLOUDABI_EVENTTYPE_CLOCK,
       .clock = {.clock_id = CLOUDABI_CLOCK_MONOTONIC, .timeout = 20000000}},
      {.userdata = 3, .type = CLOUDABI_EVENTTYPE_FD_READ, .fd_readwrite.fd = (cloudabi_fd_t)input},
  };
  int ticks = 0;
  for (int ended = 0; !ended;) {
    cloudabi_event_t events[3];
    size_t count = 0;
    int error = cloudabi_sys_poll(wanted, events, 3, &count);
    if (error != 0) {
      dprintf(output, "poll: %d\n", error);
      return;
    }
    for (size_t at = 0; at < count; at++) {
      const cloudabi_event_t *event = &events[at];
      if (event->userdata == 2 && ticks++ == 0)
        dprintf(output, "tick\n");
      if (event->userdata == 3) {
        char byte;
        ssize_t length = read(input, &byte, 1);
        dprintf(output, "read %zd\n", length);
        wanted[2] = wanted[1];
      }
      if (event->userdata == 1) {
        dprintf(output, "ended: error %d, code %u, signal %u\n", event->error, (unsigned)event->proc_terminate.exitcode,
                event->proc_terminate.signal);
        ended = 1;
      }
    }
  }
}
