# Route: starts a program with variables that make its loader read files
# Known from: CVE-2021-21261 (Flatpak) in shape: variables that a program outside of the sandbox trusts
# Refused: absent
# Twin: starts a program with a variable
# Unconfined: works
import os
import subprocess
import attempt as a

environment = {"LD_LIBRARY_PATH": a.at("SECRET"), "LD_DEBUG": "libs", "LD_DEBUG_OUTPUT": a.at("SECRET", "/log")}
subprocess.run(["/bin/true"], env=environment)
try:
    found = [name for name in os.listdir(a.at("SECRET")) if name.startswith("log")]
except OSError:
    found = []
a.answer("attempt", "ok" if found else "absent")
a.twin(lambda: subprocess.run(["/bin/true"], env={"A": "b"}, check=True))
