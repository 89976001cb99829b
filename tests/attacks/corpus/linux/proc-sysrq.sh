# Route: triggers a key of the machine's console
# Known from: CVE-2025-31133 (runc): what masks paths of /proc was missing
# Grants: { proc: everything }
# Refused: EROFS, EACCES, ENOENT
# Twin: reads the version of the kernel
# Unconfined: cannot run: it would act on the machine
# Worlds: walls
. "$SCRIPTS/attempt.sh"
answer attempt sh -c 'echo h > /proc/sysrq-trigger'
answer twin cat /proc/version
