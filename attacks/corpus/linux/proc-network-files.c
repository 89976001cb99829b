// Route: changes files of the host's network beneath its own directory of /proc
// Known from: first principles: root owns /proc/net/xt_recent, and may change modes there even without its capabilities
// Grants: { proc: true, network: host }
// Refused: nothing
// Twin: reads the connections of the network that it was granted
// Unconfined: works for root
// Worlds: walls
#include "attempt.h"
#include <ftw.h>

static int opened;

static int look(const char *path, const struct stat *stats, int type, struct FTW *walk) {
  (void)walk;
  if (type == FTW_F && (stats->st_mode & 0222) != 0 && open(path, O_WRONLY) != -1) opened++;
  // To the mode that it has: nothing is changed where it works.
  if (type == FTW_F && chmod(path, stats->st_mode & 07777) == 0) opened++;
  return 0;
}

int main(void) {
  nftw("/proc/self/net", look, 16, FTW_PHYS);
  answer("attempt", opened == 0 ? "nothing" : "ok");
  twin(open("/proc/self/net/tcp", O_RDONLY));
}
