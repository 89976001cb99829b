// Route: reads files of the kernel about the machine, its memory and its users
// Known from: CVE-2025-31133 (runc): masked files of /proc that could be read
// Grants: { proc: true }
// Refused: nothing
// Twin: reads how much memory it has
// Unconfined: works
// Worlds: walls
#include "attempt.h"

static const char *const names[] = {
    "buddyinfo", "config.gz",   "consoles",   "crypto",     "devices",      "dma",        "execdomains",
    "fb",        "interrupts",  "iomem",      "ioports",    "kallsyms",     "kcore",      "key-users",
    "keys",      "kmsg",        "kpagecount", "kpageflags", "latency_stats", "mdstat",
    "misc",      "mtrr",        "pagetypeinfo", "sched_debug", "schedstat", "slabinfo",   "softirqs",
    "timer_list", "vmallocinfo", "zoneinfo",  "acpi/wakeup", "bus/pci/devices", "driver/rtc", "fs/ext4",
    "irq/0/smp_affinity", "pressure/cpu", "scsi/scsi", "tty/drivers", "sys/kernel/core_pattern",
    "sys/kernel/keys/maxkeys", "sys/kernel/random/entropy_avail", "sys/fs/file-nr", "sys/fs/dentry-state",
};

int main(void) {
  int found = 0;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%s", names[i]);
    if (open(path, O_RDONLY | O_NONBLOCK) != -1) found++;
  }
  answer("attempt", found == 0 ? "nothing" : "ok");
  twin(open("/proc/meminfo", O_RDONLY));
}
