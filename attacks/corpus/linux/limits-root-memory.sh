# Route: fills the memory that its root and its private directories are made of
# Known from: first principles
# Grants: { tmp: 1 MiB }
# Refused: full
# Twin: writes a little there
# Unconfined: cannot run: it would fill this machine's disk
# Worlds: walls
. "$SCRIPTS/attempt.sh"
answer twin sh -c 'echo x > /tmp/little'
if head -c 4194304 /dev/zero > /tmp/large 2> /dev/null; then echo 'attempt: ok'; else echo 'attempt: full'; fi
