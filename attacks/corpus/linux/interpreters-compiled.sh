# Route: compiles and starts code that looks outside
# Known from: first principles
# Refused: ENOENT, EACCES
# Twin: has it open a granted file
# Unconfined: works
. "$SCRIPTS/attempt.sh"
if ! command -v awk > /dev/null; then echo 'attempt: ENOENT'; echo 'twin: ok'; exit; fi
answer attempt awk '{ if (getline < FILENAME >= 0) exit 0 }' "$SECRET/file"
answer twin awk '{ exit 0 }' "$READ/file"
