# Route: listens itself on the granted port, before and beside the listener that leads outside, to see connections of others
# Known from: first principles
# Grants: { network: { hosts: ['localhost:$PORT'] } }
# Refused: EADDRINUSE, EACCES, EPERM
# Twin: connects to the port that is granted
# Unconfined: cannot run: the port is taken by the service there
# Worlds: walls
import socket
import attempt as a


def reach():
    for address in ("0.0.0.0", "127.0.0.1", "198.18.1.0"):
        server = socket.socket()
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        server.bind((address, int(a.at("PORT"))))
        server.listen()


a.attempt(reach)
a.twin(lambda: a.connect(("127.0.0.1", int(a.at("PORT")))))
