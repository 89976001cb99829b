# Route: makes sockets that write packets themselves: raw, of the link layer, and of virtual machines
# Known from: CVE-2020-14386, CVE-2017-7308 (packet sockets)
# Grants: { network: { hosts: ['localhost:$PORT'] } }
# Refused: EPERM, EACCES, EAFNOSUPPORT, EPROTONOSUPPORT
# Twin: connects to the port that is granted
# Unconfined: works for root
# Worlds: walls
import socket
import attempt as a


def reach():
    last = None
    for family, kind, protocol in ((17, 3, 0x0300), (2, 3, 1), (10, 3, 58), (40, 1, 0), (2, 1, 132)):
        try:
            return socket.socket(family, kind, protocol)
        except OSError as error:
            last = error
    raise last


a.attempt(reach)
a.twin(lambda: a.connect(("127.0.0.1", int(a.at("PORT")))))
