# Route: connects to the host's loopback by its address, where a name is granted with the same port
# Known from: DNS rebinding (CVE-2022-32212, Node.js)
# Grants: { network: { hosts: ["service.example.org:$PORT"] } }
# Refused: ECONNRESET
# Twin: asks for the address of the name
# Unconfined: works
# Worlds: walls
import os
import socket
import attempt as a


def talk():
    client = socket.create_connection(("127.0.0.1", int(os.environ["PORT"])))
    client.settimeout(10)
    client.send(b"x")
    client.recv(1)


a.attempt(talk)
a.twin(lambda: socket.getaddrinfo("service.example.org", 80))
