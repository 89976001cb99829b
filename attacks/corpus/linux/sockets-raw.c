// Route: makes a socket that sees all packets of the machine
// Known from: CVE-2016-8655, CVE-2017-7308, CVE-2020-14386 (kernel, AF_PACKET)
// Grants: { network: host }
// Refused: EAFNOSUPPORT
// Twin: makes a TCP socket
// Unconfined: works for root
#include "attempt.h"
#include <sys/socket.h>

int main(void) {
  attempt(socket(AF_PACKET, SOCK_RAW, 0));
  twin(socket(AF_INET, SOCK_STREAM, 0));
}
