# Route: lists the descriptors of the first process
# Known from: CVE-2024-21626 (runc), CVE-2016-9962 (runc)
# Grants: { proc: true }
# Refused: EACCES
# Twin: lists its own descriptors
# Unconfined: works for root
# Worlds: walls
. "$SCRIPTS/attempt.sh"
answer attempt ls /proc/1/fd
answer twin ls /proc/self/fd
