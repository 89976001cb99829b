# Route: lets a granted name have thousands of addresses, with those of this host among them
# Known from: CVE-2015-7547 (glibc): long answers
# Grants: { network: { hosts: ["many.example.org:$PORT", "localhost:$BESIDE"], resolver: "127.0.0.1:$RESOLVER" } }
# Refused: ECONNRESET
# Twin: connects to the service that is granted by its port
# Unconfined: cannot run: only the resolver of the attack has this name
# Worlds: walls
import socket
import attempt as a


def reach():
    for _ in range(3):
        peer = socket.create_connection(("many.example.org", int(a.at("PORT"))), a.PATIENCE)
        a.greeted(peer)


a.attempt(reach)
a.twin(lambda: a.connect(("127.0.0.1", int(a.at("BESIDE")))))
