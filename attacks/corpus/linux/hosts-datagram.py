# Route: sends a datagram to a service of the host, with a grant for TCP alone
# Known from: firewalls that pass UDP
# Grants: { network: { hosts: ['localhost:$PORT'] } }
# Refused: ECONNREFUSED, ETIMEDOUT, EACCES, EPERM, timeout
# Twin: connects to the port that is granted
# Unconfined: works
# Worlds: walls
import socket
import attempt as a


def reach():
    peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    peer.connect(("127.0.0.1", int(a.at("ECHO"))))
    peer.settimeout(5)
    for _ in range(2):
        peer.send(b"hello")
        if peer.recv(5) == b"hello":
            return


a.attempt(reach)
a.twin(lambda: a.connect(("127.0.0.1", int(a.at("PORT")))))
