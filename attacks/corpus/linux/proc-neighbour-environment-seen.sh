# Route: reads the environment of a neighbour that it can see
# Known from: CVE-2024-34346 (Deno): reading /proc reaches more than files
# Refused: EACCES
# Twin: reads a granted file
# Unconfined: works
# Worlds: landlock
. "$SCRIPTS/attempt.sh"
answer attempt cat "/proc/$VICTIM/environ"
answer twin cat "$READ/file"
