# Route: lists shared memory, queues and semaphores of the host
# Known from: first principles
# Grants: { proc: true }
# Refused: absent
# Twin: makes a file in shared memory of its own
# Unconfined: works
# Worlds: walls
. "$SCRIPTS/attempt.sh"
if ipcs -m | awk -v id="$SHARED" '$2 == id && NF > 4 { found = 1 } END { exit !found }'; then
  echo 'attempt: ok'
else
  echo 'attempt: absent'
fi
answer twin sh -c ': > /dev/shm/own-$$; rm /dev/shm/own-$$'
