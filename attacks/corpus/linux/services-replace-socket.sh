# Route: replaces the socket of the name services, or its folder, by one of its own, for programs that it starts
# Known from: first principles
# Grants: { services: { pwd: { users: [root] } } }
# Refused: EBUSY, EACCES, EPERM, EROFS
# Twin: asks for the user within the limits
# Unconfined: cannot run: it would change the machine
# Worlds: walls
. "$SCRIPTS/attempt.sh"
answer attempt sh -c 'rm -f /var/run/nscd/socket || mv /var/run/nscd /var/run/other || touch /var/run/nscd/more'
answer twin getent passwd root
