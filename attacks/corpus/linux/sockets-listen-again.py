# Route: turns a listening socket that it was handed into a connection to the host's network
# Known from: shutdown(2) on a listening socket makes it a new one
# Grants: { descriptors: { 3: !socket { bind: '127.0.0.1:0' } } }
# Refused: EACCES, EPERM
# Twin: asks where the socket listens
# Unconfined: cannot run: the descriptor is handed over by us
import os
import socket
import attempt as a

handed = socket.socket(fileno=os.dup(3))
a.twin(lambda: handed.getsockname())


def connect():
    handed.shutdown(socket.SHUT_RD)
    handed.connect(("127.0.0.1", int(a.at("PORT"))))


a.attempt(connect)
