# Route: looks for variables of the launcher's environment
# Known from: CVE-2016-10122 (firejail) in shape: an environment that was not cleaned
# Refused: absent
# Twin: sees a granted variable
# Unconfined: cannot run: the frame starts it with a clean environment, too
. "$SCRIPTS/attempt.sh"
if env | grep -q -e '^HOME=' -e '^USER=' -e '^SSH_' -e '^NODE_' -e TOKEN; then echo 'attempt: ok'; else echo 'attempt: absent'; fi
answer twin test -n "$WORK"
