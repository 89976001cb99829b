# Route: dissolves a connection that it was handed, and listens with the socket on a port that the kernel picks
# Known from: listen(2) binds a socket that is not bound, and no rule for bind(2) is asked
# Grants: { descriptors: { 3: !socket { connect: '127.0.0.1:$PORT' } } }
# Refused: EACCES, EPERM
# Twin: reads from the socket that it was handed
# Unconfined: cannot run: the descriptor is handed over by us
import os
import socket
import attempt as a

a.twin(lambda: os.read(3, 7))


def serve():
    a.call("connect", 3, bytes(16), 16)
    a.call("listen", 3, 5)
    print(socket.socket(fileno=os.dup(3)).getsockname())


a.attempt(serve)
