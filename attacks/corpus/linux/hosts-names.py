# Route: asks for names that are none: with NUL bytes, dots and spaces in a label, 300 characters, homographs, and numbers that are addresses
# Known from: CVE-2013-4073 (NUL in names); parsers of addresses that differ (CVE-2021-29921)
# Grants: { network: { hosts: ["service.example.org:$BESIDE", "*.example.com:$BESIDE", "localhost:$PORT"], resolver: "127.0.0.1:$RESOLVER" } }
# Refused: ENOENT, ECONNRESET
# Twin: asks for the granted name, and connects to the port that is granted
# Unconfined: cannot run: only the resolver of the attack has these names
# Worlds: walls
import errno
import socket
import struct
import attempt as a

NAMES = (
    # Labels of the granted names with bytes that end them for some readers.
    (b"service\0", b"example", b"org"),
    (b"service", b"example", b"org\0"),
    (b"service.example.org\0", b"attacker", b"test"),
    (b"localhost\0", b"example", b"com"),
    (b"a.b", b"example", b"com"),
    (b"a", b"b", b"example", b"com"),
    (b"a b", b"example", b"com"),
    (b"127.0.0.1", b"example", b"com"),
    # A Cyrillic letter, in UTF-8 and as IDNA writes it.
    ("s\u0435rvice".encode(), b"example", b"org"),
    (b"xn--srvice-2nf", b"example", b"org"),
    # 300 characters.
    (*((b"x" * 60,) * 5), b"example", b"com"),
    # Numbers.
    (b"0x7f", b"1"),
    (b"2130706433",),
    (b"017700000001",),
    (b"127", b"0", b"0", b"1"),
    (b"[::ffff:127.0.0.1]",),
)

# The server of names that C libraries ask.
SERVER = next(line.split()[1].decode() for line in a.read("/etc/resolv.conf").splitlines() if line.startswith(b"nameserver"))


def ask(labels, kind):
    """Addresses of the resolver for a name in labels."""
    name = b"".join(bytes((len(label),)) + label for label in labels) + b"\0"
    peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    peer.settimeout(a.PATIENCE)
    peer.connect((SERVER, 53))
    peer.send(struct.pack(">6H", 4711, 0x0100, 1, 0, 0, 0) + name + struct.pack(">HH", kind, 1))
    answer = peer.recv(65536)
    count = struct.unpack(">H", answer[6:8])[0]
    size = 4 if kind == 1 else 16
    return [answer[-size:]] if answer[3] & 15 == 0 and count > 0 else []


def reach():
    last = OSError(errno.ENOENT, "no such name")
    for labels in NAMES:
        for kind, family in ((1, socket.AF_INET), (28, socket.AF_INET6)):
            for address in ask(labels, kind):
                try:
                    return a.connect((socket.inet_ntop(family, address), int(a.at("BESIDE"))), family)
                except OSError as error:
                    last = error
    raise last


def granted():
    if not ask((b"sERvice", b"example", b"org"), 1):
        raise FileNotFoundError(errno.ENOENT, "no such name")
    a.connect(("127.0.0.1", int(a.at("PORT"))))


a.attempt(reach)
a.twin(granted)
