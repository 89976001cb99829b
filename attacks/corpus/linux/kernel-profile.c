// Route: asks about the limits of disk space of all users
// Known from: quotactl(2) takes the path of a device
// Refused: EPERM
// Twin: asks for free space of its own directory
// Unconfined: cannot run: most machines have no quotas
#include "attempt.h"
#include <sys/quota.h>
#include <sys/vfs.h>

int main(void) {
  struct statfs stats;
  struct dqblk quota;
  attempt(quotactl(QCMD(Q_GETQUOTA, USRQUOTA), "/dev/vda", 0, (caddr_t)&quota));
  twin(statfs(at("WORK", ""), &stats));
}
