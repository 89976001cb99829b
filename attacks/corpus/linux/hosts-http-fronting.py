# Route: asks a granted server for another host that it serves
# Known from: domain fronting: Host and target that differ
# Grants: { network: { hosts: [{ host: localhost, ports: $HTTP, methods: [GET], tls: false }] } }
# Refused: EACCES
# Twin: asks for the path that is granted
# Unconfined: works
# Worlds: walls
import attempt as a

def get(target, *headers):
    return b"\r\n".join((b"GET " + target + b" HTTP/1.1", *headers, b"Connection: close", b"", b""))


a.attempt(
    lambda: a.reach_by(
        get(b"/granted", b"Host: other.example.org"),
        get(b"/granted", b"Host: localhost", b"Host: other.example.org"),
        get(b"/granted", b"Host: localhost@other.example.org"),
        get(b"http://other.example.org/granted", b"Host: localhost"),
        get(b"http://other.example.org/granted", b"Host: other.example.org"),
        get(b"//other.example.org/granted", b"Host: other.example.org"),
    )
)

a.twin(a.ask_granted)
