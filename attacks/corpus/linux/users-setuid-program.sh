# Route: starts a set-user-ID program of the system
# Known from: CVE-2021-4034 (polkit), CVE-2021-3156 (sudo): programs that raise their caller
# Refused: EPERM, not-raised
# Twin: starts a plain program
# Unconfined: cannot run: as root it proves nothing, as a user it asks for a password
. "$SCRIPTS/attempt.sh"
# newgrp would be root by its owner; what counts is who it is when it starts.
if [ "$(id -u)" != 0 ] && su -c true root < /dev/null 2> /dev/null; then echo 'attempt: ok'; else echo 'attempt: not-raised'; fi
answer twin id -u
