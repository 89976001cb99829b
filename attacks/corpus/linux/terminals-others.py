# Route: opens the terminals of the host
# Known from: CVE-2025-52565 (runc) in shape: where /dev/pts and /dev/console lead to
# Grants: { dev: true }
# Refused: absent, ENOENT, EACCES
# Twin: makes a terminal of its own
# Unconfined: works for root
# Worlds: walls
import glob
import os
import attempt as a

found = [path for path in glob.glob("/dev/pts/[0-9]*") + glob.glob("/dev/tty[0-9]*") + glob.glob("/dev/console")]
if found:
    a.attempt(lambda: [os.stat(path) for path in found])
else:
    a.answer("attempt", "absent")
a.twin(lambda: os.openpty())
