// Route: makes a pair of sockets of a family that reaches further than the pair
// Known from: CVE-2021-43267 (Linux, TIPC), reached by socketpair(2) where only socket(2) was looked at
// Refused: EPERM, EAFNOSUPPORT
// Twin: makes a pair of UNIX sockets
// Unconfined: cannot run: hosts rarely have such families
#include "attempt.h"
#include <sys/socket.h>

int main(void) {
  int pair[2];
  attempt(socketpair(AF_TIPC, SOCK_SEQPACKET, 0, pair));
  twin(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
}
