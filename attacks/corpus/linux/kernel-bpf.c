// Route: loads a program into the kernel
// Known from: CVE-2017-16995, CVE-2020-8835, CVE-2021-3490 (kernel, bpf)
// Refused: EPERM
// Twin: makes a pipe
// Unconfined: works for root
#include "attempt.h"
#include <linux/bpf.h>

int main(void) {
  union bpf_attr attributes = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 1};
  int ends[2];
  attempt(syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes));
  twin(pipe(ends));
}
