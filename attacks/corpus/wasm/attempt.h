// Grants and answers of attempts in C. Each file defines `attempt` and `twin`, which return "ok", the name
// of an error or a word. Those that work without walls are compiled for the machine, too, so they keep to POSIX.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// A directory that may be read, and one in which everything may be done. Beside them lies `secret`, which was not
// granted, with a `file` and a `folder`. In `work` there are the links `link` to it and `file-link` to its file.
extern int readable, work;
// A file that may only grow, outside of both.
extern int journal;
// The program itself, which may be executed.
extern int self;
// A stream socket whose other end the launcher holds; only where `Grants: { peer: … }` says so.
extern int peer;
// The way to a network; only where `Grants: { network: true }` says so. Of `http_port` of localhost, GET of /granted is granted,
// nothing of `other_port` is; a request that goes further is answered with `reached`.
extern int network;
extern unsigned http_port, other_port;
// A channel to the service net, which connects to `http_port` so many times at once; only where `Grants: { net: … }` says so.
extern int channel;
// Path of the folder in which all of these lie.
extern const char *base;

// The name of an error; "ok" for 0.
const char *named(int error);
// "ok" for what a call of POSIX gives for success, or the name of errno.
const char *done(int result);
// The same for a descriptor, which is closed.
const char *opened(int fd);
// Opens a file and reads it; "ok" if anything is in it.
const char *reads(int directory, const char *path);
// Makes a file with some bytes in it; "ok" if that went well.
const char *writes(int directory, const char *path);

// A race of less than a second; without walls of 45, because there it ends when it is won.
struct race {
  uint64_t end;
  unsigned round;
};
struct race begin_race(void);
bool race_goes_on(struct race *race);
