# Route: sends heads of requests without an end, and lets a server answer with one, to exhaust the relay
# Known from: CVE-2018-12122 (Node.js, Slowloris), CVE-2018-12121 (headers of 80 kB)
# Grants: { network: { hosts: [{ host: localhost, ports: $HTTP, methods: [GET], paths: [/granted, /endless], tls: false }] } }
# Refused: EACCES
# Twin: asks for the path that is granted, while twenty others never send their requests
# Unconfined: works
# Worlds: walls
import errno
import attempt as a

# More than the buffers on the way hold.
SENT = 32 << 20
GOT = 4 << 20
held = [a.open_http(b"GET /granted HTTP/1.1\r\nHost: local" if one < 10 else b"") for one in range(20)]


def endless():
    sent = 0
    peer = a.open_http(b"GET /granted HTTP/1.1\r\nHost: localhost\r\n")
    try:
        while sent < SENT:
            sent += peer.send(b"X: " + b"y" * 60000 + b"\r\n")
    except ConnectionError:
        pass
    if sent < SENT and len(a.fetch("/endless")) < GOT:
        raise PermissionError(errno.EACCES, "both have an end")


a.attempt(endless)
a.twin(a.ask_granted)
