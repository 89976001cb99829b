# Route: closes a listening socket that it was handed by shutdown(2), and listens with it on another port
# Known from: listen(2) binds a socket that is not bound, and no rule for bind(2) is asked
# Grants: { descriptors: { 3: !socket { bind: '127.0.0.1:0' } } }
# Refused: EACCES, EPERM, EINVAL
# Twin: listens again with a duplicate of the socket, as servers do
# Unconfined: cannot run: the descriptor is handed over by us
import errno
import os
import socket
import attempt as a

handed = socket.socket(fileno=os.dup(3))
a.twin(lambda: handed.listen(5))


def serve():
    handed.shutdown(socket.SHUT_RD)
    handed.listen(5)
    # Success may be pretended.
    if handed.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) == 0:
        raise OSError(errno.EINVAL, "does not listen")


a.attempt(serve)
