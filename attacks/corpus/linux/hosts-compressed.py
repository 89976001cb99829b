# Route: lets the server of a granted name answer with names that are compressed to loops
# Known from: RFC 9267: loops of compression
# Grants: { network: { hosts: ["loop.example.org:$PORT", "localhost:$BESIDE"], resolver: "127.0.0.1:$RESOLVER" } }
# Refused: ECONNRESET
# Twin: connects to the service that is granted by its port
# Unconfined: cannot run: only the resolver of the attack has this name
# Worlds: walls
import socket
import attempt as a


def reach():
    for _ in range(3):
        peer = socket.create_connection(("loop.example.org", int(a.at("PORT"))), a.PATIENCE)
        a.greeted(peer)


a.attempt(reach)
a.twin(lambda: a.connect(("127.0.0.1", int(a.at("BESIDE")))))
