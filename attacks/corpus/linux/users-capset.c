// Route: gives itself a capability
// Known from: capset(2): additions to a process's own capabilities
// Refused: EPERM
// Twin: asks which it has
// Unconfined: works for root
#include "attempt.h"
#include <linux/capability.h>

int main(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {0};
  twin(syscall(SYS_capget, &header, data));
  data[0].effective = data[0].permitted = 1u << CAP_SYS_ADMIN;
  attempt(syscall(SYS_capset, &header, data));
}
