# Route: sends a datagram without a network
# Known from: first principles
# Refused: ENETUNREACH, EPERM, EACCES
# Twin: sends one through a pair of sockets
# Unconfined: works
import socket
import attempt as a

a.attempt(lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", int(a.at("PORT")))))
left, right = socket.socketpair()
a.twin(lambda: left.fileno() and __import__("os").write(left.fileno(), b"x"))
