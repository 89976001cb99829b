// Route: tries every protocol of netlink
// Known from: CVE-2013-1763 (sock_diag), CVE-2017-16939 (xfrm), CVE-2022-27666 (ESP, set up by xfrm)
// Grants: { network: host }
// Refused: absent
// Twin: asks for the network's interfaces
// Unconfined: works
#include "attempt.h"
#include <linux/netlink.h>
#include <sys/socket.h>

int main(void) {
  int found = -1;
  for (int protocol = 1; protocol < 32 && found == -1; protocol++) found = socket(AF_NETLINK, SOCK_RAW, protocol);
  if (found == -1) answer("attempt", "absent");
  else attempt(found);
  twin(socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
}
