// poll_oneoff: clocks, files, standard streams, errors and hangups.
#include "raw.h"
#include "scratch.h"

#define MS 1000000ull
#define CLOCK_ID 0x123456789ull

static __wasi_subscription_t clock_after(__wasi_clockid_t id, __wasi_timestamp_t timeout, __wasi_subclockflags_t flags) {
  __wasi_subscription_t sub = {.userdata = CLOCK_ID};
  sub.u.tag = __WASI_EVENTTYPE_CLOCK;
  sub.u.u.clock = (__wasi_subscription_clock_t){.id = id, .timeout = timeout, .precision = 0, .flags = flags};
  return sub;
}

static __wasi_subscription_t ready(__wasi_userdata_t userdata, uint8_t tag, __wasi_fd_t fd) {
  __wasi_subscription_t sub = {.userdata = userdata};
  sub.u.tag = tag;
  sub.u.u.fd_read.file_descriptor = fd;
  return sub;
}

static __wasi_timestamp_t monotonic(void) {
  __wasi_timestamp_t now;
  OK(__wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 1, &now));
  return now;
}

static size_t poll(const __wasi_subscription_t *subs, __wasi_event_t *events, size_t count) {
  __wasi_size_t got = 99;
  memset(events, 0xaa, count * sizeof(*events));
  OK(__wasi_poll_oneoff(subs, events, count, &got));
  CHECK_TRUE(got >= 1 && got <= count);
  return got;
}

static const __wasi_event_t *find(const __wasi_event_t *events, size_t count, __wasi_userdata_t userdata) {
  for (size_t i = 0; i < count; i++)
    if (events[i].userdata == userdata) return &events[i];
  return 0;
}

static void nothing(void) {
  __wasi_subscription_t sub = {0};
  __wasi_event_t event;
  __wasi_size_t got;
  CHECK(__wasi_poll_oneoff(&sub, &event, 0, &got), E(INVAL));
}

static void sleep_on(__wasi_clockid_t id) {
  __wasi_event_t event;
  __wasi_subscription_t sub = clock_after(id, 20 * MS, 0);
  __wasi_timestamp_t before = monotonic();
  CHECK(poll(&sub, &event, 1), 1);
  __wasi_timestamp_t slept = monotonic() - before;
  CHECK(event.error, E(SUCCESS));
  CHECK(event.type, __WASI_EVENTTYPE_CLOCK);
  CHECK(event.userdata, CLOCK_ID);
  CHECK_TRUE(slept >= 19 * MS);
  CHECK_TRUE(slept < 5000 * MS);
}

static void relative(void) {
  sleep_on(__WASI_CLOCKID_MONOTONIC);
  sleep_on(__WASI_CLOCKID_REALTIME);
}

static void absolute(void) {
  __wasi_event_t event;
  __wasi_timestamp_t now = monotonic();
  __wasi_subscription_t sub = clock_after(__WASI_CLOCKID_MONOTONIC, now + 20 * MS,
                                          __WASI_SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_ABSTIME);
  CHECK(poll(&sub, &event, 1), 1);
  CHECK(event.error, E(SUCCESS));
  CHECK_TRUE(monotonic() >= now + 20 * MS);
  CHECK_TRUE(monotonic() < now + 5000 * MS);
}

static void absolute_realtime(void) {
  __wasi_event_t event;
  __wasi_timestamp_t now, after;
  OK(__wasi_clock_time_get(__WASI_CLOCKID_REALTIME, 1, &now));
  __wasi_subscription_t sub = clock_after(__WASI_CLOCKID_REALTIME, now + 20 * MS,
                                          __WASI_SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_ABSTIME);
  CHECK(poll(&sub, &event, 1), 1);
  CHECK(event.error, E(SUCCESS));
  OK(__wasi_clock_time_get(__WASI_CLOCKID_REALTIME, 1, &after));
  CHECK_TRUE(after + 2 * MS >= now + 20 * MS);
}

static void in_the_past(void) {
  __wasi_event_t events[2];
  __wasi_subscription_t subs[2] = {
      clock_after(__WASI_CLOCKID_MONOTONIC, 1, __WASI_SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_ABSTIME),
      clock_after(__WASI_CLOCKID_MONOTONIC, 0, 0)};
  __wasi_timestamp_t before = monotonic();
  CHECK(poll(subs, events, 1), 1);
  CHECK(events[0].error, E(SUCCESS));
  CHECK(poll(subs + 1, events, 1), 1);
  CHECK(events[0].error, E(SUCCESS));
  CHECK_TRUE(monotonic() - before < 2000 * MS);
}

static void many_short_sleeps(void) {
  __wasi_event_t event;
  __wasi_timestamp_t before = monotonic();
  for (int i = 0; i < 500; i++) {
    __wasi_subscription_t sub = clock_after(__WASI_CLOCKID_MONOTONIC, 1, 0);
    CHECK(poll(&sub, &event, 1), 1);
  }
  CHECK_TRUE(monotonic() - before < 10000 * MS);
}

// The sooner clock ends the wait; the later gives no event.
static void two_clocks(void) {
  __wasi_event_t events[2];
  __wasi_subscription_t subs[2] = {clock_after(__WASI_CLOCKID_MONOTONIC, 3600000 * MS, 0),
                                   clock_after(__WASI_CLOCKID_MONOTONIC, 5 * MS, 0)};
  subs[0].userdata = 1;
  subs[1].userdata = 2;
  __wasi_timestamp_t before = monotonic();
  CHECK(poll(subs, events, 2), 1);
  CHECK(events[0].userdata, 2);
  CHECK_TRUE(monotonic() - before < 5000 * MS);
}

// A timeout beyond any calendar is as good as none, when something else is ready.
static void endless_timeout(void) {
  __wasi_event_t events[2];
  __wasi_fd_t fd = create_file(ROOT, "file");
  __wasi_subscription_t subs[2] = {clock_after(__WASI_CLOCKID_MONOTONIC, UINT64_MAX, 0),
                                   ready(7, __WASI_EVENTTYPE_FD_WRITE, fd)};
  CHECK(poll(subs, events, 2), 1);
  CHECK(events[0].userdata, 7);
}

static void unknown_clock(void) {
  __wasi_event_t event = {0};
  __wasi_size_t got;
  __wasi_subscription_t sub = clock_after(77, 5 * MS, 0);
  __wasi_errno_t error = __wasi_poll_oneoff(&sub, &event, 1, &got);
  if (error == E(SUCCESS)) error = event.error;
  CHECK_ANY(error, E(INVAL), E(NOTSUP));
}

static void unknown_event_type(void) {
  __wasi_event_t event;
  __wasi_size_t got;
  __wasi_subscription_t sub = ready(1, 9, 1);
  CHECK(__wasi_poll_oneoff(&sub, &event, 1, &got), E(INVAL));
}

// Files are always ready, and opening for reading or writing is enough to ask.
static void files(void) {
  __wasi_event_t events[2];
  make_file(ROOT, "full", "12345");
  __wasi_fd_t in = open_file(ROOT, "full", 0, R(FD_READ) | R(POLL_FD_READWRITE));
  __wasi_fd_t out = open_file(ROOT, "other", __WASI_OFLAGS_CREAT, R(FD_WRITE) | R(POLL_FD_READWRITE));
  __wasi_subscription_t subs[2] = {ready(1, __WASI_EVENTTYPE_FD_READ, in), ready(2, __WASI_EVENTTYPE_FD_WRITE, out)};
  size_t seen = 0;
  for (int turn = 0; turn < 4 && seen != 3; turn++) {
    size_t left = 0, got;
    __wasi_subscription_t open[2];
    for (size_t i = 0; i < 2; i++)
      if (!(seen & (1u << i))) open[left++] = subs[i];
    got = poll(open, events, left);
    for (size_t i = 0; i < got; i++) {
      CHECK(events[i].error, E(SUCCESS));
      CHECK(events[i].type, events[i].userdata == 1 ? __WASI_EVENTTYPE_FD_READ : __WASI_EVENTTYPE_FD_WRITE);
      seen |= (size_t)events[i].userdata;
    }
  }
  CHECK(seen, 3);
}

// wasmtime's own cases open with nothing but fd_read and fd_write; uvwasi wants poll_fd_readwrite as well.
static void files_without_the_poll_right(void) {
  __wasi_event_t event;
  make_file(ROOT, "full", "12345");
  __wasi_subscription_t sub = ready(1, __WASI_EVENTTYPE_FD_READ, open_file(ROOT, "full", 0, R(FD_READ)));
  CHECK(poll(&sub, &event, 1), 1);
  CHECK(event.error, E(SUCCESS));
}

static void file_beside_a_clock(void) {
  __wasi_event_t events[2];
  __wasi_fd_t fd = create_file(ROOT, "file");
  __wasi_subscription_t subs[2] = {clock_after(__WASI_CLOCKID_MONOTONIC, 10000 * MS, 0),
                                   ready(7, __WASI_EVENTTYPE_FD_WRITE, fd)};
  __wasi_timestamp_t before = monotonic();
  CHECK(poll(subs, events, 2), 1);
  CHECK(events[0].userdata, 7);
  CHECK(events[0].type, __WASI_EVENTTYPE_FD_WRITE);
  CHECK_TRUE(monotonic() - before < 5000 * MS);
}

// One bad descriptor among several is its own event's error: wasi-libc's poll() turns that into POLLNVAL.
// wasmtime fails the whole call with badf.
static void bad_descriptor(void) {
  __wasi_event_t events[2];
  __wasi_subscription_t subs[2] = {ready(1, __WASI_EVENTTYPE_FD_READ, 1000),
                                   ready(2, __WASI_EVENTTYPE_FD_WRITE, (__wasi_fd_t)-1)};
  size_t got = poll(subs, events, 2);
  const __wasi_event_t *one = find(events, got, 1);
  CHECK_TRUE(one);
  CHECK(one->error, E(BADF));
  CHECK(one->type, __WASI_EVENTTYPE_FD_READ);
  CHECK(got, 2);
  CHECK(find(events, got, 2)->error, E(BADF));
}

static void bad_descriptor_beside_a_clock(void) {
  __wasi_event_t events[2];
  __wasi_subscription_t subs[2] = {clock_after(__WASI_CLOCKID_MONOTONIC, 10000 * MS, 0),
                                   ready(1, __WASI_EVENTTYPE_FD_READ, 1000)};
  __wasi_timestamp_t before = monotonic();
  CHECK(poll(subs, events, 2), 1);
  CHECK(events[0].userdata, 1);
  CHECK(events[0].error, E(BADF));
  CHECK_TRUE(monotonic() - before < 5000 * MS);
}

// A right missing is told the same way.
static void missing_right(void) {
  __wasi_event_t event;
  __wasi_fd_t fd = open_file(ROOT, "file", __WASI_OFLAGS_CREAT, R(FD_WRITE) | R(POLL_FD_READWRITE));
  __wasi_subscription_t sub = ready(1, __WASI_EVENTTYPE_FD_READ, fd);
  CHECK(poll(&sub, &event, 1), 1);
  CHECK_ANY(event.error, E(NOTCAPABLE), E(BADF));
}

// Standard input of any type is ready or the clock runs out.
static void standard_input(void) {
  __wasi_event_t events[2];
  __wasi_subscription_t subs[2] = {clock_after(__WASI_CLOCKID_MONOTONIC, 200 * MS, 0),
                                   ready(1, __WASI_EVENTTYPE_FD_READ, 0)};
  size_t got = poll(subs, events, 2);
  for (size_t i = 0; i < got; i++) {
    CHECK(events[i].error, E(SUCCESS));
    if (events[i].userdata == 1) CHECK(events[i].type, __WASI_EVENTTYPE_FD_READ);
    else CHECK(events[i].type, __WASI_EVENTTYPE_CLOCK);
  }
}

static void standard_output(void) {
  __wasi_event_t events[3];
  size_t seen = 0;
  for (int turn = 0; turn < 4 && seen != 3; turn++) {
    __wasi_subscription_t subs[3];
    size_t count = 0;
    for (__wasi_fd_t fd = 1; fd <= 2; fd++)
      if (!(seen & fd)) subs[count++] = ready(fd, __WASI_EVENTTYPE_FD_WRITE, fd);
    subs[count++] = clock_after(__WASI_CLOCKID_MONOTONIC, 2000 * MS, 0);
    size_t got = poll(subs, events, count);
    for (size_t i = 0; i < got; i++) {
      CHECK_TRUE(events[i].userdata == 1 || events[i].userdata == 2);
      CHECK(events[i].error, E(SUCCESS));
      CHECK(events[i].type, __WASI_EVENTTYPE_FD_WRITE);
      seen |= (size_t)events[i].userdata;
    }
  }
  CHECK(seen, 3);
}

// Standard input is a pipe with five bytes in it whose other end is closed.
static void pipe_with_data(void) {
  char bytes[8];
  __wasi_size_t moved;
  __wasi_event_t event;
  __wasi_subscription_t sub = ready(1, __WASI_EVENTTYPE_FD_READ, 0);
  CHECK(poll(&sub, &event, 1), 1);
  CHECK(event.error, E(SUCCESS));
  CHECK_TRUE(event.fd_readwrite.nbytes >= 1);
  OK(try_read(0, bytes, 8, &moved));
  CHECK(moved, 5);
}

// Standard input is a pipe whose other end is closed and which is empty: readable, with the hangup flag.
static void pipe_hung_up(void) {
  char byte;
  __wasi_size_t moved;
  __wasi_event_t event;
  __wasi_subscription_t sub = ready(1, __WASI_EVENTTYPE_FD_READ, 0);
  CHECK(poll(&sub, &event, 1), 1);
  CHECK(event.error, E(SUCCESS));
  CHECK(event.fd_readwrite.flags, __WASI_EVENTRWFLAGS_FD_READWRITE_HANGUP);
  CHECK(event.fd_readwrite.nbytes, 0);
  OK(try_read(0, &byte, 1, &moved));
  CHECK(moved, 0);
}

CASES({"nothing", nothing}, {"relative", relative}, {"absolute", absolute},
      {"absolute-realtime", absolute_realtime}, {"in-the-past", in_the_past}, {"many-short-sleeps", many_short_sleeps}, {"two-clocks", two_clocks},
      {"endless-timeout", endless_timeout}, {"unknown-clock", unknown_clock},
      {"unknown-event-type", unknown_event_type}, {"files", files},
      {"files-without-the-poll-right", files_without_the_poll_right}, {"file-beside-a-clock", file_beside_a_clock},
      {"bad-descriptor", bad_descriptor}, {"bad-descriptor-beside-a-clock", bad_descriptor_beside_a_clock},
      {"missing-right", missing_right}, {"standard-input", standard_input}, {"standard-output", standard_output},
      {"pipe-with-data", pipe_with_data}, {"pipe-hung-up", pipe_hung_up})
