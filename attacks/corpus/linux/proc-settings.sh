# Route: writes a setting of the kernel
# Known from: CVE-2015-3630 (Docker): writable files in /proc
# Grants: { proc: everything }
# Refused: EROFS, EACCES
# Twin: reads a setting
# Unconfined: cannot run: it would change the machine
# Worlds: walls
. "$SCRIPTS/attempt.sh"
answer attempt sh -c 'echo attack > /proc/sys/kernel/hostname'
answer twin cat /proc/sys/kernel/ostype
