# Route: turns a connection that it was handed into a service at a port of the host's network
# Known from: connect(2): AF_UNSPEC dissolves a connection
# Grants: { descriptors: { 3: !socket { connect: '127.0.0.1:$PORT' } } }
# Refused: EACCES, EPERM, EINVAL
# Twin: reads from the socket that it was handed
# Unconfined: cannot run: the descriptor is handed over by us
import os
import socket
import attempt as a

a.twin(lambda: os.read(3, 7))
handed = socket.socket(fileno=os.dup(3))


def serve():
    try:
        a.call("connect", 3, bytes(16), 16)
    except PermissionError:
        pass
    handed.bind(("127.0.0.1", 0))
    handed.listen()


a.attempt(serve)
