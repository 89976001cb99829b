# Route: sends a datagram when it may only connect to some ports
# Known from: Landlock's documentation: rules for ports hold TCP alone
# Grants: { network: { mode: host, connect: [1] } }
# Refused: EACCES
# Twin: makes a TCP socket
# Unconfined: works
import socket
import attempt as a

a.attempt(lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", int(a.at("PORT")))))
a.twin(lambda: socket.socket())
