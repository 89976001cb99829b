// Route: asks for the firewall's table through an option of a socket
// Known from: CVE-2016-4997 (kernel, setsockopt of netfilter)
// Grants: { network: host }
// Refused: EPERM, ENOPROTOOPT
// Twin: sets an option of a socket
// Unconfined: cannot run: it would read the firewall of this machine
#include "attempt.h"
#include <netinet/in.h>
#include <sys/socket.h>

int main(void) {
  char table[84] = "filter";
  socklen_t length = sizeof table;
  int one = 1, any = socket(AF_INET, SOCK_STREAM, 0);
  attempt(getsockopt(any, IPPROTO_IP, 64, table, &length));
  twin(setsockopt(any, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one));
}
