# Route: lists the directory that a granted one lies in, to learn what else is there
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
