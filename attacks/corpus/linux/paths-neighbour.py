# Route: lists the parent of a granted directory, to learn its other entries
# Known from: first principles
# Refused: absent, EACCES
# Twin: lists a granted directory
# Unconfined: works
import os
import attempt as a

def look():
    if "secret" not in os.listdir(a.at("ROOT")):
        raise FileNotFoundError

outcome = a.outcome(look)
a.answer("attempt", "absent" if outcome == "FileNotFoundError" else outcome)
a.twin(lambda: os.listdir(a.at("READ")))
