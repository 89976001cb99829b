/*
 * One thread waits for what another sends through a pair of sockets, by reading and by poll, each while the first makes other
 * calls; ends with 0, or a line.
 */
#include <program.h>
#include <cloudabi_syscalls.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#define EXPECT(what, expected)                \
  do {                                        \
    if ((what) != (expected)) exit(__LINE__); \
  } while (0)

static cloudabi_fd_t near, far;

static void *receive(void *argument)
{
  (void)argument;
  char byte = 0;
  EXPECT(read((int)far, &byte, 1), 1);
  EXPECT(byte, 'a');
  cloudabi_subscription_t wanted[2] = {
    { .userdata = 1, .type = CLOUDABI_EVENTTYPE_FD_READ, .fd_readwrite = { .fd = far } },
    { .userdata = 2, .type = CLOUDABI_EVENTTYPE_CLOCK, .clock = { .clock_id = CLOUDABI_CLOCK_MONOTONIC, .timeout = 1000000 } },
  };
  cloudabi_event_t events[2];
  size_t count;
  /* Nothing comes, and time runs out. */
  EXPECT(cloudabi_sys_poll(wanted, events, 2, &count), 0);
  EXPECT(count, 1);
  EXPECT(events[0].userdata, 2);
  EXPECT(write((int)far, "b", 1), 1);
  /* Something comes long before that. */
  wanted[1].clock.timeout = 3600ull * 1000000000;
  EXPECT(cloudabi_sys_poll(wanted, events, 2, &count), 0);
  EXPECT(count, 1);
  EXPECT(events[0].userdata, 1);
  EXPECT(read((int)far, &byte, 1), 1);
  EXPECT(byte, 'c');
  return NULL;
}

void program_main(const argdata_t *ad)
{
  (void)ad;
  pthread_t thread;
  char byte = 0;
  EXPECT(cloudabi_sys_fd_create2(CLOUDABI_FILETYPE_SOCKET_STREAM, &near, &far), 0);
  EXPECT(pthread_create(&thread, NULL, receive, NULL), 0);
  for (int round = 0; round < 100; round++) {
    cloudabi_fdstat_t stat;
    EXPECT(cloudabi_sys_fd_stat_get(near, &stat), 0);
    cloudabi_sys_thread_yield();
  }
  EXPECT(write((int)near, "a", 1), 1);
  EXPECT(read((int)near, &byte, 1), 1);
  EXPECT(byte, 'b');
  for (int round = 0; round < 100; round++) {
    cloudabi_fdstat_t stat;
    EXPECT(cloudabi_sys_fd_stat_get(near, &stat), 0);
  }
  EXPECT(write((int)near, "c", 1), 1);
  EXPECT(pthread_join(thread, NULL), 0);
  exit(0);
}
