# Route: listens itself on the granted port, before and beside the listener that leads outside, to see connections of others
# Known from: first principles
# Grants: { network: { hosts: ['localhost:$PORT', 'public:8443'] } }
# Refused: EADDRINUSE, EACCES, EPERM
# Twin: connects to the port that is granted
# Unconfined: cannot run: the port is taken by the service there
# Worlds: walls
import socket
import attempt as a


def reach():
    last = None
    port = int(a.at("PORT"))
    for where in (("0.0.0.0", port), ("127.0.0.1", port), ("0.0.0.0", 8443), ("127.0.0.1", 8443), ("198.18.1.0", 8443)):
        server = socket.socket()
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            server.bind(where)
            return server.listen()
        except OSError as error:
            last = error
    raise last


a.attempt(reach)
a.twin(lambda: a.connect(("127.0.0.1", int(a.at("PORT")))))
