// Route: switches an interface of the host's network off
// Known from: first principles
// Grants: { network: host }
// Refused: EPERM
// Twin: asks for the interface's flags
// Unconfined: cannot run: it would change the network of this machine
#include "attempt.h"
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

int main(void) {
  struct ifreq request = {.ifr_name = "lo"};
  int any = socket(AF_INET, SOCK_DGRAM, 0);
  twin(ioctl(any, SIOCGIFFLAGS, &request));
  attempt(ioctl(any, SIOCSIFFLAGS, &request));
}
