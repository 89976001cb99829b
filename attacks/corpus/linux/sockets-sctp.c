// Route: makes a stream socket of another protocol than TCP
// Known from: CVE-2017-6074 (kernel, DCCP): rarely used protocols
// Grants: { network: { mode: host, connect: [1] } }
// Refused: EACCES
// Twin: makes a TCP socket
// Unconfined: cannot run: hosts rarely have such protocols
#include "attempt.h"
#include <netinet/in.h>
#include <sys/socket.h>

int main(void) {
  int result = socket(AF_INET, SOCK_STREAM, IPPROTO_SCTP);
  attempt(result != -1 ? result : socket(AF_INET, 6, IPPROTO_DCCP));
  twin(socket(AF_INET, SOCK_STREAM, 0));
}
