# Route: looks for the host's root that the turning of the root may have left somewhere
# Known from: pivot_root(2): the old root stays mounted until it is unmounted
# Grants: { proc: true }
# Refused: absent
# Twin: lists its root
# Unconfined: works
# Worlds: walls
import os
import attempt as a

places = [line.split()[4] for line in open("/proc/self/mountinfo")]
found = any(os.path.exists(place.rstrip("/") + "/boot") and os.path.exists(place.rstrip("/") + "/root") for place in places)
a.answer("attempt", "ok" if found else "absent")
a.twin(lambda: os.listdir("/"))
