# Route: dissolves a connection that it was handed, and connects the socket anew by sending
# Known from: Landlock's documentation: TCP Fast Open went past connect(2)
# Grants: { descriptors: { 3: !socket { connect: '127.0.0.1:$PORT' } } }
# Refused: EACCES, ENOTSUP, EPERM
# Twin: reads from the socket that it was handed
# Unconfined: cannot run: the descriptor is handed over by us
import os
import socket
import attempt as a

a.twin(lambda: os.read(3, 7))


def send():
    a.call("connect", 3, bytes(16), 16)
    handed = socket.socket(fileno=os.dup(3))
    handed.sendto(b"x", socket.MSG_FASTOPEN, ("127.0.0.1", int(a.at("PORT"))))
    print(handed.getpeername())


a.attempt(send)
