# Route: sends datagrams to another service and to other hosts from a socket that is connected to the granted one
# Known from: first principles
# Grants: { network: { hosts: ['localhost:$ECHO/udp'] } }
# Refused: ECONNREFUSED, ETIMEDOUT, EACCES, EPERM, ENETUNREACH, EINVAL, timeout, TimeoutError
# Twin: gets a datagram back from the port that is granted
# Unconfined: works
# Worlds: walls
import socket
import attempt as a

QUESTION = bytes.fromhex("123401000001000000000000") + b"\x01a\x07example\x03org\x00\x00\x01\x00\x01"

# Port and level of UDP_SEGMENT (udp(7)): one call sends several datagrams.
SOL_UDP, UDP_SEGMENT = 17, 103


def connected():
    peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    peer.settimeout(2)
    peer.connect(("127.0.0.1", int(a.at("ECHO"))))
    return peer


def ask(send):
    """Fails unless an answer of the server of names comes, which is another service."""
    peer = connected()
    send(peer)
    if peer.recv(512)[:2] != QUESTION[:2]:
        raise PermissionError(1, "another answer")


def again(peer):
    """Connects the socket anew."""
    peer.connect(("127.0.0.1", int(a.at("RESOLVER"))))
    peer.send(QUESTION)


def bound(peer):
    """Sends from the address of the granted service."""
    other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    other.bind(("127.0.0.3", 0))
    other.sendto(QUESTION, ("127.0.0.1", int(a.at("RESOLVER"))))
    peer.connect(("127.0.0.1", int(a.at("RESOLVER"))))
    peer.send(QUESTION)


def reach():
    port = int(a.at("RESOLVER"))
    last = None
    for send in (
        again,
        bound,
        lambda peer: peer.sendto(QUESTION, ("127.0.0.2", port)),
        lambda peer: peer.sendmsg([QUESTION], [(SOL_UDP, UDP_SEGMENT, (100).to_bytes(2, "little"))], 0, ("127.0.0.1", port)),
    ):
        try:
            return ask(send)
        except OSError as error:
            last = error
    raise last


def granted():
    peer = connected()
    peer.settimeout(a.PATIENCE)
    peer.send(b"hello")
    if peer.recv(5) != b"hello":
        raise ConnectionResetError(104, "nothing came")


a.attempt(reach)
a.twin(granted)
