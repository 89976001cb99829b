# Route: connects to another port by Multipath TCP, whose socket is of another protocol
# Known from: CVE-2024-26782 (mptcp) in shape; filters that name TCP alone
# Grants: { network: { hosts: ['localhost:$PORT'] } }
# Refused: ECONNREFUSED, EPROTONOSUPPORT, EACCES, EPERM, ECONNRESET, EAFNOSUPPORT
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
    connect(("127.0.0.1", int(a.at("BESIDE"))), protocol=262)


a.attempt(reach)
a.twin(lambda: connect(granted))
