# Route: connects to an abstract socket of a service on the host, without a network
# Known from: CVE-2020-15257 (containerd)
# Refused: ECONNREFUSED, EPERM, EACCES
# Twin: makes a pair of sockets
# Unconfined: works
import socket
import attempt as a


def connect():
    name = "\0" + a.at("ABSTRACT")
    for address in (name, name.ljust(108, "\0")):
        try:
            return socket.socket(socket.AF_UNIX).connect(address)
        except ConnectionRefusedError:
            pass
    raise ConnectionRefusedError(111, "refused")


a.attempt(connect)
a.twin(lambda: socket.socketpair())
