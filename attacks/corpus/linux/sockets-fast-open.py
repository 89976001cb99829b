# Route: opens a connection to a port that is not on its list by sending
# Known from: Landlock's documentation: TCP Fast Open went past connect(2)
# Grants: { network: { mode: host, connect: [1] } }
# Refused: ENOTSUP, EACCES
# Twin: makes a TCP socket
# Unconfined: works
import socket
import attempt as a

fast = socket.socket()
a.attempt(lambda: fast.sendto(b"x", socket.MSG_FASTOPEN, ("127.0.0.1", int(a.at("PORT")))))
a.twin(lambda: socket.socket())
