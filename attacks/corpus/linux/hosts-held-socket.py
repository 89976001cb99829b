# Route: reaches more than the granted path through the UNIX socket at which an origin is served, or puts itself in its place
# Known from: first principles
# Grants: { network: { hosts: [{ host: localhost, ports: $HTTP, methods: [GET], paths: [/granted], tls: false, at: /run/origin.sock }] } }
# Refused: EACCES
# Twin: asks for the path that is granted at that socket
# Unconfined: cannot run: there is no such socket
# Worlds: walls
import array
import errno
import os
import socket
import attempt as a

PLACE = "/run/origin.sock"


def get(path, *headers):
    return b"\r\n".join((b"GET " + path + b" HTTP/1.1", b"Host: localhost", *headers, b"Connection: close", b"", b""))


def ask(request, descriptors=()):
    """All that comes for a request, which is sent together with descriptors."""
    peer = socket.socket(socket.AF_UNIX)
    peer.settimeout(a.PATIENCE)
    peer.connect(PLACE)
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))] if descriptors else []
    try:
        peer.sendmsg([request], rights)
    except ConnectionError:
        pass
    return a.rest_of(peer)


def replace():
    """Listens at the place of the socket itself."""
    os.rename(PLACE, PLACE + ".old")
    server = socket.socket(socket.AF_UNIX)
    server.bind(PLACE)
    server.listen()


def reach():
    pair = socket.socketpair()
    inside = get(b"/secret")
    requests = (
        inside,
        get(b"/granted/../secret"),
        get(b"http://localhost:" + a.at("HTTP").encode() + b"/secret"),
        b"GET /granted HTTP/1.1\r\nHost: 127.0.0.1:" + a.at("PORT").encode() + b"\r\nConnection: close\r\n\r\n",
        b"CONNECT 127.0.0.1:" + a.at("PORT").encode() + b" HTTP/1.1\r\nHost: localhost\r\n\r\n" + inside,
        get(b"/granted", b"Content-Length: 5", b"Transfer-Encoding: chunked") + b"0\r\n\r\n" + inside,
        b"\x16\x03\x01\x00\x05hello",
    )
    for request in requests:
        if b"reached" in ask(request):
            return
    if b"reached" in ask(inside, [pair[1].fileno(), os.open("/", os.O_PATH)]):
        return
    # It neither answers at the port itself.
    peer = a.open_http(inside)
    if b"reached" in a.rest_of(peer):
        return
    try:
        replace()
    except OSError as error:
        raise PermissionError(errno.EACCES, "not reached") from error


def granted():
    if not ask(get(b"/granted")).endswith(b"granted"):
        raise PermissionError(errno.EACCES, "not granted")


a.twin(granted)
a.attempt(reach)
