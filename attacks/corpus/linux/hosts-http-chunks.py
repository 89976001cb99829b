# Route: smuggles a second request by chunks that two readers understand in two ways
# Known from: CVE-2022-32215 (Node.js), CVE-2024-27982 (Node.js): lenient readers of chunks
# Grants: { network: { hosts: [{ host: localhost, ports: $HTTP, methods: [GET, POST], paths: [/granted], tls: false }] } }
# Refused: EACCES
# Twin: asks for the path that is granted
# Unconfined: works
# Worlds: walls
import attempt as a

SECRET = b"GET /secret HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def post(coding, body):
    return b"POST /granted HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding" + coding + b"\r\n\r\n" + body


a.attempt(
    lambda: a.reach_by(
        post(b": chunked, identity", b"0\r\n\r\n" + SECRET),
        post(b": xchunked", SECRET),
        post(b": \x0bchunked", b"0\r\n\r\n" + SECRET),
        post(b" : chunked", b"0\r\n\r\n" + SECRET),
        post(b": chunked", b"0;a=\n\r\n" + SECRET),
        post(b": chunked", b"ffffffffffffffff0\r\n\r\n" + SECRET),
        post(b": chunked", b"0x0\r\n\r\n" + SECRET),
        post(b": chunked", b"1\r\nZZ0\r\n\r\n" + SECRET),
        post(b": chunked", b"0\r\nX: y\r\n\r\n" + SECRET),
    )
)

a.twin(a.ask_granted)
