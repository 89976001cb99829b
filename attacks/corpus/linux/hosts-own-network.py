# Route: changes routes, addresses and links of its own network, so that other addresses lead outside
# Known from: CVE-2022-0185, CVE-2023-0179: capabilities over a network namespace
# Grants: { network: { hosts: ['localhost:$PORT'] } }
# Refused: EPERM, EACCES, EOPNOTSUPP, ENOENT
# Twin: connects to the port that is granted
# Unconfined: cannot run: it would change the network of the host
# Worlds: walls
import fcntl
import socket
import struct
import attempt as a

# RTM_DELROUTE of the local default.
DELETE_ROUTE = (25, struct.pack("8BI", 2, 0, 0, 0, 255, 0, 0, 2, 0))
# RTM_NEWROUTE of 10.0.0.0/8 by the loopback interface.
ADD_ROUTE = (24, struct.pack("8BI", 2, 8, 0, 0, 254, 3, 253, 1, 0) + struct.pack("HH4s", 8, 1, bytes((10, 0, 0, 0))) + struct.pack("HHI", 8, 4, 1))
# RTM_NEWADDR of 10.1.2.3 at the loopback interface.
ADD_ADDRESS = (20, struct.pack("4BI", 2, 32, 0, 0, 1) + struct.pack("HH4s", 8, 2, bytes((10, 1, 2, 3))))
# RTM_NEWLINK: takes the loopback interface down; RTM_NEWRULE: looks up in another table.
CHANGE_LINK = (16, struct.pack("BxHiII", 0, 0, 1, 0, 1))
ADD_RULE = (32, struct.pack("8BI", 2, 0, 0, 0, 254, 0, 0, 1, 0))

SIOCSIFFLAGS = 0x8914
SIOCSIFADDR = 0x8916


def by_netlink(kind, rest):
    link = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    # Each creates or replaces, and asks for an answer (NLM_F_ACK).
    flags = 5 if kind == 25 else 0x505
    link.send(struct.pack("IHHII", 16 + len(rest), kind, flags, 1, 0) + rest)
    code = struct.unpack("i", link.recv(4096)[16:20])[0]
    if code < 0:
        raise OSError(-code, "refused")


def by_request(request, rest):
    fcntl.ioctl(socket.socket(socket.AF_INET, socket.SOCK_DGRAM), request, struct.pack("16s24s", b"lo", rest))


def reach():
    last = None
    for way in (
        lambda: by_netlink(*ADD_ADDRESS),
        lambda: by_netlink(*ADD_ROUTE),
        lambda: by_netlink(*ADD_RULE),
        lambda: by_netlink(*CHANGE_LINK),
        lambda: by_netlink(*DELETE_ROUTE),
        lambda: by_request(SIOCSIFADDR, struct.pack("HH4s", 2, 0, bytes((10, 1, 2, 3)))),
        lambda: by_request(SIOCSIFFLAGS, struct.pack("H", 0)),
        lambda: open("/dev/net/tun", "r+b", buffering=0),
    ):
        try:
            return way()
        except OSError as error:
            last = error
    raise last


a.attempt(reach)
a.twin(lambda: a.connect(("127.0.0.1", int(a.at("PORT")))))
