# Route: with one UNIX socket of the host granted, connects to another one in the same directory
# Known from: mounting the directory of a socket, as container tools do, shows all sockets in it
# Grants: { sockets: ['$STREAMS'] }
# Refused: ENOENT, EACCES
# Twin: connects to the socket that is granted
# Unconfined: works
# Worlds: walls
import os
import socket
import attempt as a


def connect(path):
    kind = socket.SOCK_DGRAM if path == a.at("DATAGRAMS") else socket.SOCK_STREAM
    socket.socket(socket.AF_UNIX, kind).connect(path)


def around():
    folder = os.path.dirname(a.at("STREAMS"))
    for way in (a.at("DATAGRAMS"), a.at("STREAMS", "/../" + os.path.basename(a.at("DATAGRAMS"))), folder + "/../"):
        try:
            return connect(way)
        except (FileNotFoundError, NotADirectoryError, ConnectionRefusedError):
            pass
    raise FileNotFoundError(2, "no way")


a.attempt(around)
a.twin(lambda: connect(a.at("STREAMS")))
