# Route: disconnects a TCP socket that it was handed, and connects it to another port of the host
# Known from: connect(2): AF_UNSPEC dissolves a connection
# Grants: { descriptors: { 3: !socket { connect: '127.0.0.1:$PORT' } } }
# Refused: EACCES, EPERM, ENETUNREACH
# Twin: reads from the socket that it was handed
# Unconfined: cannot run: the descriptor is handed over by us
import os
import socket
import attempt as a

a.twin(lambda: os.read(3, 7))


def reconnect():
    a.call("connect", 3, bytes(16), 16)
    socket.socket(fileno=os.dup(3)).connect(("127.0.0.1", int(a.at("PORT"))))


a.attempt(reconnect)
