# Route: takes the route away by which every address leads to the program's own network
# Known from: CVE-2022-2588 (kernel, cls_route): changes through NETLINK_ROUTE
# Grants: { network: { hosts: ["localhost:$PORT"] } }
# Refused: EPERM
# Twin: asks for the routes
# Unconfined: cannot run: it would change the network of this machine
# Worlds: walls
import os
import socket
import struct
import attempt as a

RTM_DELROUTE, RTM_GETROUTE = 25, 26
REQUEST, ACK, DUMP = 1, 4, 0x300


def ask(kind, flags):
    body = struct.pack("8BI", socket.AF_INET, 0, 0, 0, 255, 3, 254, 2, 0)
    link = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    link.send(struct.pack("IHHII", 16 + len(body), kind, flags | REQUEST, 1, 0) + body)
    answer = link.recv(65536)
    if struct.unpack_from("H", answer, 4)[0] == 2:
        error = -struct.unpack_from("i", answer, 16)[0]
        if error:
            raise OSError(error, os.strerror(error))


a.attempt(lambda: ask(RTM_DELROUTE, ACK))
a.twin(lambda: ask(RTM_GETROUTE, DUMP))
