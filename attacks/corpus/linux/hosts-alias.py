# Route: lets a granted name be an alias (CNAME) of a name of this host
# Known from: first principles
# Grants: { network: { hosts: ["alias.example.org:$PORT", "localhost:$BESIDE"], resolver: "127.0.0.1:$RESOLVER" } }
# Refused: ECONNRESET
# Twin: connects to the service that is granted by its port
# Unconfined: cannot run: only the resolver of the attack has this name
# Worlds: walls
import socket
import attempt as a


def reach():
    for _ in range(30):
        try:
            peer = socket.create_connection(("alias.example.org", int(a.at("PORT"))), a.PATIENCE)
        except socket.gaierror as error:
            # A busy machine lets the C library give up waiting for an answer.
            if error.errno != socket.EAI_AGAIN:
                raise
            continue
        a.greeted(peer)


a.attempt(reach)
a.twin(lambda: a.connect(("127.0.0.1", int(a.at("BESIDE")))))
