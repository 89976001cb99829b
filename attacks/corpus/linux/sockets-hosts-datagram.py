# Route: sends a datagram to an address outside, where only connections are granted
# Known from: first principles
# Grants: { network: { hosts: ["localhost:$PORT"] } }
# Refused: ECONNREFUSED
# Twin: connects to the granted port
# Unconfined: cannot run: it would send a datagram to the Internet
# Worlds: walls
import os
import socket
import attempt as a


def ask():
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.settimeout(10)
    client.connect(("192.0.2.1", 53))
    client.send(b"x")
    client.recv(1)


a.attempt(ask)
a.twin(lambda: socket.create_connection(("127.0.0.1", int(os.environ["PORT"]))))
