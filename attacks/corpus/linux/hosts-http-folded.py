# Route: hides a header or a second request in folded lines and bare ends of lines
# Known from: CVE-2022-32214, CVE-2022-35256, CVE-2023-30589 (Node.js): obs-fold, bare CR and LF
# Grants: { network: { hosts: [{ host: localhost, ports: $HTTP, methods: [GET], paths: [/granted], tls: false }] } }
# Refused: EACCES
# Twin: asks for the path that is granted
# Unconfined: works
# Worlds: walls
import attempt as a

SECRET = b"GET /secret HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
GET = b"GET /granted HTTP/1.1\r\nHost: localhost\r\n"

a.attempt(
    lambda: a.reach_by(
        GET + b"Content-Length:\r\n %d\r\n\r\n" % len(SECRET) + SECRET,
        GET + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" + SECRET,
        GET + b"X: y\r\n\tContent-Length: 0\r\n\r\n" + SECRET,
        GET + b"X: y\n\n" + SECRET,
        GET + b"X: y\r\rGET /secret HTTP/1.1\r\n\r\n" + SECRET,
        GET + b"X: y\0\r\n\r\n" + SECRET,
        b"GET /granted\tHTTP/1.1\r\nHost: localhost\r\n\r\n" + SECRET,
        b"GET /granted HTTP/0.9\r\n\r\n" + SECRET,
    )
)

a.twin(a.ask_granted)
