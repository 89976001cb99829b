# Route: reads the environment of a neighbour in /proc
# Known from: CVE-2024-34346 (Deno): reading /proc reaches more than files
# Grants: { proc: true }
# Refused: ENOENT
# Twin: reads its own environment there
# Unconfined: works
# Worlds: walls
. "$SCRIPTS/attempt.sh"
answer attempt cat "/proc/$VICTIM/environ"
answer twin cat /proc/self/environ
