# Route: smuggles a second request behind a body that has two lengths
# Known from: CVE-2022-32213 (Node.js), CVE-2019-16276 (Go): request smuggling, both orders
# Grants: { network: { hosts: [{ host: localhost, ports: $HTTP, methods: [GET, POST], paths: [/granted], tls: false }] } }
# Refused: EACCES
# Twin: asks for the path that is granted
# Unconfined: works
# Worlds: walls
import attempt as a

SECRET = b"GET /secret HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def post(body, *headers):
    return b"\r\n".join((b"POST /granted HTTP/1.1", b"Host: localhost", *headers, b"", body))


chunk = b"%x\r\n" % len(SECRET)
chunked = chunk + SECRET + b"\r\n0\r\n\r\n"
a.attempt(
    lambda: a.reach_by(
        post(chunked, b"Content-Length: %d" % len(chunk), b"Transfer-Encoding: chunked"),
        post(chunked, b"Transfer-Encoding: chunked", b"Content-Length: %d" % len(chunk)),
        post(b"0\r\n\r\n" + SECRET, b"Transfer-Encoding: chunked", b"Content-Length: %d" % (5 + len(SECRET))),
        post(SECRET, b"Content-Length: 0", b"Content-Length: %d" % len(SECRET)),
        post(SECRET, b"Content-Length: %d, 0" % len(SECRET)),
        post(SECRET, b"Content-Length: +0"),
    )
)

a.twin(a.ask_granted)
