# Route: opens a connection to another port by sending (TCP Fast Open), which connect(2) does not see
# Known from: tcp(7): MSG_FASTOPEN; Landlock before Linux 6.18
# Grants: { network: { hosts: ['localhost:$PORT'] } }
# Refused: ECONNREFUSED, ENOTSUP, EOPNOTSUPP, EACCES, EPERM, ECONNRESET
# Twin: connects to the port that is granted
# Unconfined: works
# Worlds: walls
import socket
import attempt as a

granted = ("127.0.0.1", int(a.at("PORT")))


def greeted(peer):
    peer.settimeout(20)
    if peer.recv(7) != b"reached":
        raise ConnectionResetError(104, "nothing came")


def connect(address, family=socket.AF_INET, protocol=0):
    peer = socket.socket(family, socket.SOCK_STREAM, protocol)
    peer.settimeout(20)
    peer.connect(address)
    greeted(peer)


def reach():
    peer = socket.socket()
    peer.sendto(b"x", socket.MSG_FASTOPEN, ("127.0.0.1", int(a.at("BESIDE"))))
    greeted(peer)


a.attempt(reach)
a.twin(lambda: connect(granted))
