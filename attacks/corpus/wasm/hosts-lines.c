// Route: asks the broker for other ports and hosts, with several lines at once, spellings of addresses and lines without
//   an end
// Known from: CVE-2018-12116 (Node.js), CVE-2019-9740 (Python): line breaks within a request; addresses in other bases
// Grants: { network: true }
// Refused: EACCES
// Twin: asks for the port that is granted
// Unconfined: cannot run: a module has no other way to a network
#include "attempt.h"
#include <cloudabi.h>
#include <cloudabi_syscalls.h>
#include <stdlib.h>

// Sends a text, and counts the answers `ok`; one for each line.
static int granted_by(const char *text, int lines) {
  int granted = 0;
  if (write(network, text, strlen(text)) < 0)
    return 0;
  while (lines > 0) {
    char bytes[512];
    cloudabi_fd_t sent[8];
    const cloudabi_iovec_t data = {.buf = bytes, .buf_len = sizeof(bytes)};
    const cloudabi_recv_in_t in = {.ri_data = &data, .ri_data_len = 1, .ri_fds = sent, .ri_fds_len = 8};
    cloudabi_recv_out_t out;
    if (cloudabi_sys_sock_recv((cloudabi_fd_t)network, &in, &out) != 0 || out.ro_datalen == 0)
      return granted;
    granted += (int)out.ro_fdslen;
    for (size_t at = 0; at < out.ro_datalen; at++)
      lines -= bytes[at] == '\n';
  }
  return granted;
}

const char *attempt(void) {
  static const char *const hosts[] = {"127.0.0.1",  "localhost",    "LOCALHOST.", "::1",          "0.0.0.0",   "127.1",
                                      "0x7f.1",     "2130706433",   "::ffff:127.0.0.1", "[::1]", "localhost\t", "metadata",
                                      "169.254.169.254", "64:ff9b::7f00:1", "*", "localhost%00.example.org"};
  char line[256];
  for (size_t at = 0; at < sizeof(hosts) / sizeof(hosts[0]); at++) {
    snprintf(line, sizeof(line), "tcp %s %u\n", hosts[at], other_port);
    if (granted_by(line, 1) > 0)
      return "ok";
    snprintf(line, sizeof(line), "udp %s %u\n", hosts[at], other_port);
    if (granted_by(line, 1) > 0)
      return "ok";
  }
  // The address of the host that is meant comes behind the port: it grants nothing of its own.
  snprintf(line, sizeof(line), "tcp 127.0.0.2 %u 127.0.0.1\nbind tcp 127.0.0.1 %u\nbind udp 0.0.0.0 0\n", http_port, other_port);
  if (granted_by(line, 3) > 0)
    return "ok";
  snprintf(line, sizeof(line), "tcp localhost %u\rtcp 127.0.0.1 %u\ntcp localhost %u %u\n", http_port, other_port, other_port,
           http_port);
  return granted_by(line, 2) > 0 ? "ok" : "EACCES";
}
const char *twin(void) {
  int connection;
  int error = program_connect(network, "tcp", "localhost", http_port, &connection);
  if (error == 0)
    close(connection);
  return named(error);
}
