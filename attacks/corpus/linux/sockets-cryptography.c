// Route: uses the kernel's cryptography
// Known from: CVE-2019-8912 (kernel, AF_ALG)
// Grants: { network: host }
// Refused: EAFNOSUPPORT
// Twin: makes a TCP socket
// Unconfined: works
#include "attempt.h"
#include <sys/socket.h>

int main(void) {
  attempt(socket(AF_ALG, SOCK_SEQPACKET, 0));
  twin(socket(AF_INET, SOCK_STREAM, 0));
}
