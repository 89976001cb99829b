# Route: lists the directories of /proc about drivers, interrupts and file systems of the machine
# Known from: CVE-2016-1581 (LXD), in shape: facts about the machine in a container's /proc
# Grants: { proc: true }
# Refused: nothing
# Twin: lists its own descriptors
# Unconfined: works
# Worlds: walls
. "$SCRIPTS/attempt.sh"
found=$(ls -A /proc/acpi /proc/bus /proc/driver /proc/fs /proc/irq /proc/pressure /proc/tty 2> /dev/null | grep -v ':$' | grep .)
if [ -n "$found" ]; then echo 'attempt: ok'; else echo 'attempt: nothing'; fi
answer twin ls /proc/self/fd
