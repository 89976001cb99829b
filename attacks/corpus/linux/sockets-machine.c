// Route: talks to the machine below the virtual one
// Known from: CVE-2021-26708 (kernel, AF_VSOCK)
// Grants: { network: host }
// Refused: EAFNOSUPPORT
// Twin: makes a TCP socket
// Unconfined: works
#include "attempt.h"
#include <sys/socket.h>

int main(void) {
  attempt(socket(AF_VSOCK, SOCK_STREAM, 0));
  twin(socket(AF_INET, SOCK_STREAM, 0));
}
