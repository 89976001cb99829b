// Route: makes a socket of a protocol that carries TCP when it may look names up
// Known from: Landlock's documentation: MPTCP sockets are not held by rules for TCP
// Grants: { network: { mode: host, connect: [1, 53] } }
// Refused: EACCES
// Twin: makes a socket for datagrams, to look names up
// Unconfined: works
#include "attempt.h"
#include <netinet/in.h>
#include <sys/socket.h>

int main(void) {
  int result = socket(AF_INET, SOCK_STREAM, 262);
  attempt(result);
  twin(socket(AF_INET, SOCK_DGRAM, 0));
}
