// Route: talks to the firewall
// Known from: CVE-2021-22555, CVE-2022-1015, CVE-2023-32233, CVE-2024-1086 (kernel, netfilter)
// Grants: { network: host }
// Refused: EAFNOSUPPORT
// Twin: asks for the network's interfaces
// Unconfined: works
#include "attempt.h"
#include <linux/netlink.h>
#include <sys/socket.h>

int main(void) {
  attempt(socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER));
  twin(socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
}
