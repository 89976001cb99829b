# Route: sends requests to the name services that are cut, too long, of other versions, without an end, and many at once
# Known from: CVE-2024-33599 (glibc, nscd), CVE-2024-33602; readers that believe a length
# Grants: { services: { pwd: { users: [root] } } }
# Refused: ECONNRESET
# Twin: asks for the user within the limits afterwards
# Unconfined: cannot run: there is no such service outside
# Worlds: walls
import os
import struct
import attempt as a

whole = a.name_request(0, b"root\0")
messages = [
    b"\0" * 12,
    struct.pack("<iii", 2, 0, 2**31 - 1),
    struct.pack("<iii", 2, 0, -1) + b"root\0",
    struct.pack("<iii", 1, 0, 5) + b"root\0",
    struct.pack("<iii", 2, 99, 5) + b"root\0",
    struct.pack("<iii", 2, 0, 5) + b"root",
    a.name_request(0, b"root"),
    a.name_request(0, b"ro\0ot\0"),
    a.name_request(0, b"\xff\xfe\0"),
    a.name_request(1, b"-1\0"),
    a.name_request(6, b"\0" * 16),
    whole + whole,
    os.urandom(4096),
]


def send(message):
    peer = a.name_socket()
    try:
        peer.sendall(message)
        peer.shutdown(1)
    except OSError:
        pass
    return a.rest_of(peer)


def garbage():
    # One that never ends, and many that never begin, hold nothing up.
    waiting = [a.name_socket() for _ in range(100)]
    waiting[0].sendall(whole[:7])
    answers = [send(message) for message in messages]
    # Each is left without an entry.
    if not any(struct.unpack("<i", answer[4:8]) == (1,) for answer in answers if len(answer) >= 8):
        raise ConnectionResetError(104, "no answers")


a.attempt(garbage)
a.twin(a.find_root)
