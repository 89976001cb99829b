// Route: tries every family of sockets that there can be
// Known from: CVE-2017-6074 (DCCP), CVE-2021-26708 (VSOCK), CVE-2010-3904 (RDS): rarely used families of the kernel
// Grants: { network: host }
// Refused: absent
// Twin: makes a TCP socket
// Unconfined: works
#include "attempt.h"
#include <sys/socket.h>

int main(void) {
  int found = -1;
  for (int family = 0; family < 64; family++) {
    if (family == AF_UNIX || family == AF_INET || family == AF_INET6 || family == AF_NETLINK) continue;
    for (int type = 1; type <= 10; type++)
      if (found == -1) found = socket(family, type, 0);
  }
  if (found == -1) answer("attempt", "absent");
  else attempt(found);
  twin(socket(AF_INET, SOCK_STREAM, 0));
}
