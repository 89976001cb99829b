// Route: sends urgent data through a pair of UNIX sockets, and receives it
// Known from: CVE-2025-38236 (kernel, MSG_OOB of UNIX sockets), reached from the renderers of Chrome
// Refused: EOPNOTSUPP
// Twin: sends other data through it
// Unconfined: works
#include "attempt.h"
#include <sys/socket.h>

int main(void) {
  int pair[2];
  char byte;
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) return 1;
  int sent = send(pair[0], "x", 1, MSG_OOB);
  attempt(sent == -1 ? recv(pair[1], &byte, 1, MSG_OOB | MSG_DONTWAIT) : sent);
  twin(send(pair[0], "x", 1, 0));
}
