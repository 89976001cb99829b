# Route: has a program of the system load code of its own before everything else
# Known from: CVE-2010-3847, CVE-2010-3856 (glibc, LD_AUDIT): libraries for privileged programs
# Refused: not-raised
# Twin: starts the program with the variable set
# Unconfined: cannot run: without privileges to win it proves nothing
. "$SCRIPTS/attempt.sh"
export LD_PRELOAD="$WORK/file" LD_AUDIT="$WORK/file"
before=$(id -u 2> /dev/null)
after=$(su --version > /dev/null 2>&1; id -u 2> /dev/null)
if [ "$before" = "$after" ]; then echo 'attempt: not-raised'; else echo 'attempt: ok'; fi
answer twin /bin/true
