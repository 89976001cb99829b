# Route: claims to be another process in a message
# Known from: CVE-2019-7304 (snapd) in shape: a service that believed its peer's claim of identity
# Refused: EPERM, ESRCH
# Twin: sends a descriptor to itself
# Unconfined: works for root
import array
import os
import socket
import struct
import attempt as a

left, right = socket.socketpair()
right.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
forged = struct.pack("3i", 1, os.getuid(), os.getgid())


def send(kind, data):
    left.sendmsg([b"x"], [(socket.SOL_SOCKET, kind, data)])


a.attempt(lambda: send(socket.SCM_CREDENTIALS, forged))
a.twin(lambda: os.write(left.fileno(), b"x"))
