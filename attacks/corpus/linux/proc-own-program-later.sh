# Route: waits with an open descriptor of a system's program until no process runs it, then opens it for writing
# Known from: CVE-2019-5736 (runc): the descriptor of the program is opened anew when it has ended
# Grants: { proc: true }
# Refused: EROFS, EACCES
# Twin: reads through the descriptor
# Unconfined: cannot run: it would change a program of this machine
# Worlds: walls
. "$SCRIPTS/attempt.sh"
exec 3< /usr/bin/env
answer attempt sh -c ': >> /proc/self/fd/3'
answer twin head -c 4 /proc/self/fd/3 > /dev/null
echo 'twin: ok'
