# Route: replaces, removes or changes the mode of a UNIX socket of the host that it may connect to
# Known from: first principles
# Grants: { sockets: ['$STREAMS'] }
# Refused: EROFS, EBUSY, EACCES, EPERM, EXDEV
# Twin: connects to the socket that is granted
# Unconfined: works
# Worlds: walls
import os
import socket
import attempt as a

path = a.at("STREAMS")


def change():
    last = None
    for way in (lambda: os.chmod(path, 0o777), lambda: os.rename(path, path + "-moved"), lambda: os.unlink(path)):
        try:
            return way()
        except OSError as error:
            last = error
    raise last


a.twin(lambda: socket.socket(socket.AF_UNIX).connect(path))
a.attempt(change)
