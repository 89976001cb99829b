# Route: sends from one of a pair of datagram sockets to a service of the host, having the host's network
# Known from: unix(7): a datagram socket can be connected anew; Landlock does not look at paths of sockets
# Grants: { network: host }
# Refused: ENOENT, EPERM, EACCES
# Twin: makes a pair of sockets
# Unconfined: works
import socket
import attempt as a


def connect():
    ours, _ = socket.socketpair(type=socket.SOCK_DGRAM)
    ours.connect(a.at("DATAGRAMS"))


a.attempt(connect)
a.twin(lambda: socket.socketpair())
