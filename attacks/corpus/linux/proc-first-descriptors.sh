# Route: opens the descriptors of the first process
# Known from: CVE-2024-21626 (runc), CVE-2016-9962 (runc)
# Grants: { proc: true }
# Refused: EACCES, ENOENT
# Twin: opens its own descriptors
# Unconfined: cannot run: the first process of a machine is not ours
# Worlds: walls
. "$SCRIPTS/attempt.sh"
answer attempt readlink -v /proc/1/fd/*
answer twin readlink -v /proc/self/fd/0
