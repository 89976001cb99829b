// Route: turns a TCP socket into one of another protocol, which no rule for ports holds
// Known from: net/smc: TCP_ULP "smc" makes an SMC socket of a TCP socket
// Grants: { network: { mode: host, connect: [1] } }
// Refused: ENOPROTOOPT
// Twin: sets another option of TCP
// Unconfined: cannot run: hosts rarely have such protocols
#include "attempt.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

int main(void) {
  int tcp = socket(AF_INET, SOCK_STREAM, 0);
  attempt(setsockopt(tcp, IPPROTO_TCP, TCP_ULP, "smc", 3));
  int one = 1;
  twin(setsockopt(tcp, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one));
}
