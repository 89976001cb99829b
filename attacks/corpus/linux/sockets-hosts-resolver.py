# Route: brings its own resolver and asks a name server outside over TCP
# Known from: programs with DNS of their own (DNS over TCP and HTTPS)
# Grants: { network: { hosts: ["service.example.org:443"] } }
# Refused: ECONNREFUSED
# Twin: asks the resolver within its network over TCP
# Unconfined: cannot run: it would connect to the Internet
# Worlds: walls
import socket
import attempt as a

a.attempt(lambda: socket.create_connection(("192.0.2.53", 53), 10))
a.twin(lambda: socket.create_connection(("198.18.0.1", 53), 10))
