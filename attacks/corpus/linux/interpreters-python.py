# Route: has an interpreter of the system open a file for it
# Known from: interpreters as a way around lists of programs
# Refused: ENOENT, EACCES
# Twin: has it open a granted file
# Unconfined: works
import subprocess
import sys
import attempt as a


def open_by(path):
    code = f"import errno, sys\ntry: open({path!r})\nexcept OSError as e: sys.exit(e.errno)"
    status = subprocess.run([sys.executable, "-c", code]).returncode
    if status:
        raise OSError(status, "refused")


a.attempt(lambda: open_by(a.at("SECRET", "/file")))
a.twin(lambda: open_by(a.at("READ", "/file")))
