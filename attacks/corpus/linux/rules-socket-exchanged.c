// Route: puts a link to another socket in the place of a link while connect(2) to it is judged
// Known from: CWE-367, and path arguments of connect(2), which names of files only seem to be
// Grants: {rules: ['deny net/connect $WORK/held']}
// Refused: EACCES
// Twin: connects to the socket of its own by the same link
// Unconfined: works
// Worlds: walls
#include "attempt.h"
#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

static volatile int over;

static void *exchange(void *unused) {
  while (!over) renameat2(AT_FDCWD, "to-mine", AT_FDCWD, "to-held", RENAME_EXCHANGE);
  return unused;
}

static struct sockaddr_un at_path(const char *path) {
  struct sockaddr_un address;
  memset(&address, 0, sizeof address);
  address.sun_family = AF_UNIX;
  strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  return address;
}

static int reaches(int socket, const char *path) {
  struct sockaddr_un peer = at_path(path);
  return connect(socket, (struct sockaddr *)&peer, sizeof peer);
}

int main(void) {
  pthread_t thread;
  time_t end = time(NULL) + 5; /* one processor has little time for each turn */
  int found = -1, sender = socket(AF_UNIX, SOCK_DGRAM, 0);
  if (chdir(getenv("WORK")) != 0) return 1;
  struct sockaddr_un mine = at_path("mine"), held = at_path("held");
  bind(socket(AF_UNIX, SOCK_DGRAM, 0), (struct sockaddr *)&mine, sizeof mine);
  bind(socket(AF_UNIX, SOCK_DGRAM, 0), (struct sockaddr *)&held, sizeof held);
  symlink("mine", "to-mine");
  symlink("held", "to-held");
  pthread_create(&thread, NULL, exchange, NULL);
  for (int i = 0; i < 3000 && time(NULL) < end && found == -1; i++) {
    struct sockaddr_un peer = at_path("");
    socklen_t size = sizeof peer;
    reaches(sender, "to-mine");
    if (getpeername(sender, (struct sockaddr *)&peer, &size) == 0 && strcmp(peer.sun_path, "held") == 0) found = 0;
  }
  over = 1;
  pthread_join(thread, NULL);
  if (found == -1) found = reaches(sender, "held");
  attempt(found);
  twin(reaches(sender, "mine"));
}
