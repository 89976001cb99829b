# Route: sends a datagram to somewhere else through a UDP socket that it was handed
# Known from: sendto(2): a datagram socket takes any address
# Grants: { descriptors: { 3: !socket { bind: '127.0.0.1:0', protocol: udp } } }
# Refused: EACCES, EPERM, not-launched
# Twin: has the socket
# Unconfined: cannot run: the descriptor is handed over by us
import os
import socket
import attempt as a

a.twin(lambda: os.fstat(3))
a.attempt(lambda: socket.socket(fileno=os.dup(3)).sendto(b"x", ("127.0.0.1", int(a.at("PORT")))))
