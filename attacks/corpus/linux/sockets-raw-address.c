// Route: makes a raw socket of the Internet protocol
// Known from: CVE-2020-10749 (Kubernetes network plugins): forged packets of a container
// Grants: { network: host }
// Refused: EPERM, EACCES
// Twin: makes a TCP socket
// Unconfined: works for root
#include "attempt.h"
#include <netinet/in.h>
#include <sys/socket.h>

int main(void) {
  attempt(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
  twin(socket(AF_INET, SOCK_STREAM, 0));
}
