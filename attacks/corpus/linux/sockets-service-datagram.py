# Route: connects one of a pair of datagram sockets to a service of the host
# Known from: unix(7): a datagram socket can be connected anew; Landlock does not look at paths of sockets
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
