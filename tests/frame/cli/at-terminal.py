# Runs a command at a terminal of its own (pty(7)) and answers each of its questions with the next of the given lines.
# Usage: at-terminal.py ANSWERS COMMAND...; ANSWERS is a JSON list. The file named by TYPED is made behind an answer. Prints the terminal's contents and the status as JSON.
import json
import os
import pty
import sys

answers = json.loads(sys.argv[1])
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
seen = b""
asked = 0
while True:
    try:
        part = os.read(terminal, 65536)
    except OSError:
        break
    if not part:
        break
    seen += part
    while seen.count(b"[n]o? ") > asked:
        asked += 1
        if answers:
            answer = answers.pop(0).encode()
            os.write(terminal, answer)
            if "TYPED" in os.environ and not os.path.exists(os.environ["TYPED"]):
                # Keys reach the other end later than write(2) returns; their echo tells that they have.
                before = len(seen)
                while answer[:1] not in seen[before:]:
                    seen += os.read(terminal, 65536)
                open(os.environ["TYPED"], "w").close()
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
print(json.dumps({"shown": seen.decode(errors="replace"), "status": status}))
