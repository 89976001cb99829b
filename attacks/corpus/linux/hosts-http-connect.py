# Route: makes the relay connect to another service (CONNECT), or opens a tunnel by an upgrade
# Known from: h2c smuggling; tunnels through proxies
# Grants: { network: { hosts: [{ host: localhost, ports: $HTTP, methods: [GET, CONNECT], paths: [/granted], tls: false }] } }
# Refused: EACCES
# Twin: asks for the path that is granted
# Unconfined: works
# Worlds: walls
import attempt as a

SECRET = b"GET /secret HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def tunnel(method, target, *headers):
    return b"\r\n".join((method + b" " + target + b" HTTP/1.1", b"Host: localhost", *headers, b"", b"")) + SECRET


a.attempt(
    lambda: a.reach_by(
        tunnel(b"CONNECT", b"127.0.0.1:" + a.at("PORT").encode()),
        tunnel(b"CONNECT", b"localhost:" + a.at("HTTP").encode()),
        tunnel(b"GET", b"/granted", b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABk"),
        tunnel(b"GET", b"/granted", b"Connection: Upgrade", b"Upgrade: TLS/1.0"),
        tunnel(b"PRI", b"*"),
    )
)

a.twin(a.ask_granted)
