# Route: adds a route through netlink
# Known from: CVE-2022-2588 (kernel, cls_route): changes through NETLINK_ROUTE
# Grants: { network: loopback }
# Refused: EPERM
# Twin: asks for the routes
# Unconfined: cannot run: it would change the network of this machine
# Worlds: walls
import os
import socket
import struct
import attempt as a

RTM_NEWROUTE, RTM_GETROUTE = 24, 26
REQUEST, ACK, CREATE, DUMP = 1, 4, 0x400, 0x300


def ask(kind, flags):
    body = struct.pack("8BI", socket.AF_INET, 8, 0, 0, 254, 3, 253, 1, 0) + struct.pack("HH4s", 8, 1, bytes(4))
    link = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    link.send(struct.pack("IHHII", 16 + len(body), kind, flags | REQUEST, 1, 0) + body)
    answer = link.recv(65536)
    if struct.unpack_from("H", answer, 4)[0] == 2:
        error = -struct.unpack_from("i", answer, 16)[0]
        if error:
            raise OSError(error, os.strerror(error))


a.attempt(lambda: ask(RTM_NEWROUTE, ACK | CREATE))
a.twin(lambda: ask(RTM_GETROUTE, DUMP))
