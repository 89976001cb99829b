# Route: connects to a port of the host's network that is not on its list
# Known from: first principles
# Grants: { network: { mode: host, connect: [1], bind: [] } }
# Refused: EACCES
# Twin: connects to a port on the list, which has no listener
# Unconfined: works
import socket
import attempt as a


def nobody():
    try:
        socket.create_connection(("127.0.0.1", 1))
    except ConnectionRefusedError:
        pass


a.attempt(lambda: socket.create_connection(("127.0.0.1", int(a.at("PORT")))))
a.twin(nobody)
