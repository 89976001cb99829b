# Route: reads a file beside a granted directory through '..'
# Known from: CVE-2023-30584 (Node permission model)
# Refused: ENOENT, EACCES
# Twin: reads a granted file through '..'
# Unconfined: works
. "$SCRIPTS/attempt.sh"
answer attempt head -c 6 "$WORK/../secret/file"
answer twin cat "$WORK/../read/file"
