# Route: starts in a working directory that leads out
# Known from: CVE-2024-21626 (runc), CVE-2019-11503 (snapd)
# Refused: ENOENT, EACCES
# Twin: finds itself where it was put
# Unconfined: works
. "$SCRIPTS/attempt.sh"
answer attempt cat ./../secret/folder/../file
answer twin test "$(pwd -P)" = "$WORK"
