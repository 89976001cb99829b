# Route: starts a program where none may be started through the system's loader
# Known from: ld.so(8): the loader as a way around noexec
# Refused: EPERM, EACCES, unknown-error
# Twin: starts a program of the system through the loader
# Unconfined: works
# Worlds: walls
. "$SCRIPTS/attempt.sh"
cp /bin/true "$DATA/program"
loader=$(ls /lib64/ld-linux-*.so.* /lib/ld-linux-*.so.* 2> /dev/null | head -n 1)
answer attempt "$loader" "$DATA/program"
answer twin "$loader" /bin/true
