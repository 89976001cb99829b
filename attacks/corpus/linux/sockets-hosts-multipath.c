// Route: makes a stream socket of MPTCP, which no rule for TCP holds
// Known from: first principles
// Grants: { network: { hosts: ["localhost:$PORT"] } }
// Refused: EPROTONOSUPPORT
// Twin: makes a TCP socket
// Unconfined: cannot run: hosts may have no MPTCP
// Worlds: walls
#include "attempt.h"
#include <netinet/in.h>
#include <sys/socket.h>

int main(void) {
  attempt(socket(AF_INET, SOCK_STREAM, 262));
  twin(socket(AF_INET, SOCK_STREAM, 0));
}
