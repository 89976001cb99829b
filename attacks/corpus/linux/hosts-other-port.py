# Route: connects to another port of the host than the one that is granted
# Known from: proxies that check names and not ports
# Grants: { network: { hosts: ['localhost:$PORT'] } }
# Refused: ECONNREFUSED, ECONNRESET
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
    connect(("127.0.0.1", int(a.at("BESIDE"))))


a.attempt(reach)
a.twin(lambda: connect(granted))
