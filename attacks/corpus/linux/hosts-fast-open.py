# Route: opens a connection to another port by sending (TCP Fast Open), which connect(2) does not see
# Known from: tcp(7): MSG_FASTOPEN; Landlock before Linux 6.18
# Grants: { network: { hosts: ['localhost:$PORT'] } }
# Refused: ECONNREFUSED, ENOTSUP, EOPNOTSUPP, EACCES, EPERM, ECONNRESET
# Twin: connects to the port that is granted
# Unconfined: works
# Worlds: walls
import socket
import attempt as a


def reach():
    peer = socket.socket()
    peer.sendto(b"x", socket.MSG_FASTOPEN, ("127.0.0.1", int(a.at("BESIDE"))))
    a.greeted(peer)


a.attempt(reach)
a.twin(lambda: a.connect(("127.0.0.1", int(a.at("PORT")))))
