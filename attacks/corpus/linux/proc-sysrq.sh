# Route: triggers a key of the machine's console
# Known from: CVE-2025-31133, CVE-2025-52565 (runc): a writable copy of sysrq-trigger
# Grants: { proc: everything }
# Refused: EROFS, EACCES, ENOENT
# Twin: reads the version of the kernel
# Unconfined: cannot run: it would act on the machine
# Worlds: walls
. "$SCRIPTS/attempt.sh"
answer attempt sh -c 'echo h > /proc/sysrq-trigger'
answer twin cat /proc/version
