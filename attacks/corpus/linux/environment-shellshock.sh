# Route: hands a function to a shell of the host in a variable
# Known from: CVE-2014-6271 (bash, "Shellshock")
# Refused: absent
# Twin: starts a shell with a variable
# Unconfined: cannot run: the shells of today refuse it, too
. "$SCRIPTS/attempt.sh"
answer=$(env 'x=() { :;}; echo reached' sh -c 'echo here' 2> /dev/null)
case "$answer" in *reached*) echo 'attempt: ok' ;; *) echo 'attempt: absent' ;; esac
answer twin env x=y sh -c 'test "$x" = y'
