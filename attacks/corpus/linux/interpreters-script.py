# Route: starts a script where none may be started
# Known from: first principles
# Refused: EACCES
# Twin: starts the same script where it may
# Unconfined: works
import os
import subprocess
import attempt as a


def start(folder):
    path = a.at(folder, "/script")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o755), "w") as script:
        script.write("#!/bin/sh\nexit 0\n")
    subprocess.run([path], check=True)


a.attempt(lambda: start("DATA"))
a.twin(lambda: start("WORK"))
