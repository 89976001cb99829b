// Route: makes a socket that sends packets to be answered, when it may look names up
// Known from: CVE-2015-3636 (kernel, ping sockets)
// Grants: { network: { mode: host, connect: [1, 53] } }
// Refused: EACCES
// Twin: makes a socket for datagrams, to look names up
// Unconfined: works for root
#include "attempt.h"
#include <netinet/in.h>
#include <sys/socket.h>

int main(void) {
  attempt(socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP));
  twin(socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP));
}
