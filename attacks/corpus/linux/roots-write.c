// Route: writes into its root
// Known from: first principles
// Refused: EROFS, EACCES
// Twin: enters it
// Unconfined: works for root
#include "attempt.h"
int main(void) {
  int file = open("/attack-planted", O_WRONLY | O_CREAT | O_EXCL, 0600);
  if (file != -1) unlink("/attack-planted");
  attempt(file);
  twin(chdir("/"));
}
