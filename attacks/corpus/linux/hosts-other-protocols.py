# Route: reaches services of the host by protocols that no rule can name: SCTP, DCCP, UDP-Lite, SMC, and sockets of virtual machines
# Known from: CVE-2021-26708 (vsock), CVE-2017-6074 (DCCP), CVE-2022-0435 (TIPC)
# Grants: { network: { hosts: ['localhost:$PORT', 'localhost:$ECHO/udp'] } }
# Refused: EPERM, EACCES, EAFNOSUPPORT, EPROTONOSUPPORT, ESOCKTNOSUPPORT, ECONNREFUSED, ECONNRESET, ENETUNREACH, ENODEV
# Twin: connects to the port that is granted, and gets a datagram back
# Unconfined: cannot run: hosts rarely have such protocols
# Worlds: walls
import socket
import attempt as a


def by_internet(kind, protocol, family=socket.AF_INET):
    peer = socket.socket(family, kind, protocol)
    peer.settimeout(5)
    peer.connect(("127.0.0.1" if family == socket.AF_INET else "::1", int(a.at("BESIDE"))))
    peer.send(b"hello")
    a.greeted(peer)


def by_machine(machine):
    peer = socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)
    peer.settimeout(5)
    peer.connect((machine, int(a.at("BESIDE"))))


def reach():
    last = None
    for way in (
        # SCTP as a stream and as messages, DCCP, UDP-Lite.
        lambda: by_internet(socket.SOCK_STREAM, 132),
        lambda: by_internet(socket.SOCK_SEQPACKET, 132),
        lambda: by_internet(socket.SOCK_STREAM, 132, socket.AF_INET6),
        lambda: by_internet(6, 33),
        lambda: by_internet(socket.SOCK_DGRAM, 136),
        # SMC, by its family and as a protocol of TCP.
        lambda: socket.socket(43, socket.SOCK_STREAM, 0),
        lambda: by_internet(socket.SOCK_STREAM, 256),
        # The hypervisor, this machine, and the host of this one.
        lambda: by_machine(0),
        lambda: by_machine(1),
        lambda: by_machine(2),
        # TIPC, RDS, Bluetooth, CAN.
        *(lambda family=family, kind=kind: socket.socket(family, kind, 0) for family, kind in ((30, 1), (21, 5), (31, 3), (29, 3))),
    ):
        try:
            return way()
        except OSError as error:
            last = error
    raise last


def granted():
    a.connect(("127.0.0.1", int(a.at("PORT"))))
    peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    peer.settimeout(a.PATIENCE)
    peer.connect(("127.0.0.1", int(a.at("ECHO"))))
    peer.send(b"hello")
    if peer.recv(5) != b"hello":
        raise ConnectionResetError(104, "nothing came")


a.attempt(reach)
a.twin(granted)
