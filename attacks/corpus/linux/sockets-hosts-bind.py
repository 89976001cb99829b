# Route: binds the port on which its own network waits for connections to granted hosts
# Known from: first principles
# Grants: { network: { hosts: ["localhost:$PORT", "public:8443"] } }
# Refused: EADDRINUSE
# Twin: binds another port
# Unconfined: cannot run: the port is free there
# Worlds: walls
import socket
import attempt as a


def listen(address, port):
    server = socket.socket()
    for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
        server.setsockopt(socket.SOL_SOCKET, option, 1)
    server.bind((address, port))
    server.listen()


a.attempt(lambda: listen("198.18.1.0", 8443))
a.twin(lambda: listen("198.18.1.0", 8444))
