# Route: climbs by '..' from a directory that an accomplice has moved out of the granted one
# Known from: CVE-2015-2925 (kernel): '..' beneath a directory that was moved out of its mount
# Refused: ENOENT, EACCES
# Twin: climbs from a directory that has stayed
# Unconfined: works
# Worlds: walls
# Beside: mover
import os
import time
import attempt as a

os.makedirs(a.at("WORK", "/inner/deep"))
folder = os.open(a.at("WORK", "/inner/deep"), os.O_PATH)
a.write(a.at("WORK", "/ready"))
while not os.path.exists(a.at("WORK", "/moved")):
    time.sleep(0.01)


def climb():
    for path in ("../secret/file", "../../secret/file"):
        try:
            os.close(os.open(path, os.O_RDONLY, dir_fd=folder))
            return
        except FileNotFoundError:
            pass
    raise FileNotFoundError(2, "no such file")


a.attempt(climb)
a.twin(lambda: os.stat("../file", dir_fd=os.open(a.at("WORK", "/other"), os.O_PATH)))
