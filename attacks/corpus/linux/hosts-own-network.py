# Route: changes routes and addresses of its own network, so that other addresses lead outside
# Known from: CVE-2022-0185, CVE-2023-0179: capabilities over a network namespace
# Grants: { network: { hosts: ['localhost:$PORT'] } }
# Refused: EPERM, EACCES, EOPNOTSUPP
# Twin: connects to the port that is granted
# Unconfined: cannot run: it would change the network of the host
# Worlds: walls
import socket
import attempt as a


def reach():
    import struct
    link = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    # RTM_DELROUTE of the local default, and RTM_NEWADDR; each asks for an answer (NLM_F_ACK).
    for kind, rest in ((25, struct.pack("8BI", 2, 0, 0, 0, 255, 0, 0, 2, 0)), (20, struct.pack("4BI", 2, 32, 0, 0, 1))):
        link.send(struct.pack("IHHII", 16 + len(rest), kind, 5, 1, 0) + rest)
        code = struct.unpack("i", link.recv(4096)[16:20])[0]
        if code < 0:
            raise OSError(-code, "refused")


a.attempt(reach)
a.twin(lambda: a.connect(("127.0.0.1", int(a.at("PORT")))))
