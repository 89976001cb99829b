/*
 * Runs the web server natively, with descriptors of this host in place of granted ones: for finding bugs in
 * the server itself with a debugger or a sanitizer. Usage: native_host ROOT LOG; prints the port.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <program.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

static int own(void *unused, size_t number) {
  (void)unused;
  return (int)number;
}

int main(int argc, char **argv) {
  if (argc != 3)
    return 2;
  signal(SIGPIPE, SIG_IGN);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof(address);
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 128) != 0 ||
      getsockname(listener, (struct sockaddr *)&address, &length) != 0)
    return 3;
  int root = open(argv[1], O_RDONLY | O_DIRECTORY);
  int log = open(argv[2], O_WRONLY | O_APPEND | O_CREAT, 0600);
  if (root < 0 || log < 0 || listener > 255 || root > 255 || log > 255)
    return 4;
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
#define FD(number) 3, 0, 0, 0, (unsigned char)(number)
  const unsigned char grants[] = {
      6,
      0x80 | 10, 8, 'h', 'o', 's', 't', 'n', 'a', 'm', 'e', 0,
      0x80 | 6, 8, 't', 'e', 's', 't', 0,
      0x80 | 24, 8, 'c', 'o', 'n', 'c', 'u', 'r', 'r', 'e', 'n', 't', '_', 'c', 'o', 'n', 'n', 'e', 'c', 't', 'i', 'o', 'n', 's', 0,
      0x80 | 2, 5, 16,
      0x80 | 8, 8, 'l', 'i', 's', 't', 'e', 'n', 0,
      0x80 | 7, 7, 0x80 | 5, FD(listener),
      0x80 | 9, 8, 'l', 'o', 'g', 'f', 'i', 'l', 'e', 0,
      0x80 | 5, FD(log),
      0x80 | 9, 8, 'r', 'o', 'o', 't', 'd', 'i', 'r', 0,
      0x80 | 5, FD(root),
  };
  program_main(argdata_from_buffer(grants, sizeof(grants), own, NULL));
}
