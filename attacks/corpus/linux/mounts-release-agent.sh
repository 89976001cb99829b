# Route: writes the name of a program that the host runs when a control group is empty
# Known from: CVE-2022-0492 (kernel); CVE-2023-25809 (runc): control groups left writable
# Refused: ENOENT, EACCES
# Twin: reads which group it is in, or that it cannot know
# Unconfined: cannot run: it would change the machine
. "$SCRIPTS/attempt.sh"
answer attempt sh -c 'for file in /sys/fs/cgroup/*/release_agent; do echo x > "$file" || exit 1; done'
answer twin true
