# Route: asks for another name in TLS than the granted one that it has connected to
# Known from: domain fronting
# Grants: { network: { hosts: [{ host: service.example.org, ports: 443, methods: [GET] }] } }
# Refused: SSLError, ECONNRESET, ENXIO, ENOEXEC, SSLEOFError, SSLZeroReturnError
# Twin: asks for the granted name
# Unconfined: cannot run: it would connect to the Internet
# Worlds: walls
import socket
import ssl
import attempt as a


def greet(name):
    context = ssl._create_unverified_context()
    with socket.create_connection(("service.example.org", 443), a.PATIENCE) as peer:
        context.wrap_socket(peer, server_hostname=name)


a.attempt(lambda: greet("other.example.org"))
a.twin(lambda: greet("service.example.org"))
