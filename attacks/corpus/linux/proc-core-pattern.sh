# Route: makes the kernel start a program of its choice for core dumps
# Known from: CVE-2025-52881 (runc), CVE-2019-19921 (runc): ways to write core_pattern
# Grants: { proc: everything }
# Refused: EROFS, EACCES
# Twin: reads the pattern
# Unconfined: cannot run: it would change the machine
# Worlds: walls
. "$SCRIPTS/attempt.sh"
answer attempt sh -c "echo '|$WORK/file' > /proc/sys/kernel/core_pattern"
answer twin cat /proc/sys/kernel/core_pattern
