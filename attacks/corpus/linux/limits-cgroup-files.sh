# Route: lifts its limits in the files of its control group
# Known from: CVE-2022-0492 (kernel), CVE-2019-16884 (runc) in shape: writable files of control groups
# Grants: { proc: true, limits: { memory: 64 MiB, processes: 20 } }
# Refused: EACCES, EROFS
# Twin: reads its limit
# Unconfined: cannot run: it would change the machine
# Worlds: walls-root
. "$SCRIPTS/attempt.sh"
answer attempt sh -c 'chmod 666 /sys/fs/cgroup/memory.max; mkdir /sys/fs/cgroup/own; echo max > /sys/fs/cgroup/memory.max'
answer twin cat /sys/fs/cgroup/memory.max
