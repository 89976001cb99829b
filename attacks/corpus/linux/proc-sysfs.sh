# Route: looks for devices, firmware and networks of the machine in /sys
# Known from: CVE-2021-30465 (runc) in shape: facts about the machine in a container's /sys
# Grants: { proc: true }
# Refused: nothing
# Twin: reads which processors are there
# Unconfined: works
# Worlds: walls
. "$SCRIPTS/attempt.sh"
found=$(ls -A /sys/block /sys/bus /sys/class /sys/dev /sys/firmware /sys/module /sys/devices/virtual 2> /dev/null)
if [ -n "$found" ]; then echo 'attempt: ok'; else echo 'attempt: nothing'; fi
answer twin cat /sys/devices/system/cpu/online
