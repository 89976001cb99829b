# Route: connects a TCP socket that it was handed anew, having a loopback network of its own
# Known from: connect(2): AF_UNSPEC dissolves a connection
# Grants: { network: loopback, descriptors: { 3: !socket { bind: '127.0.0.1:0' } } }
# Refused: EACCES, EPERM, not-launched
# Twin: has the socket
# Unconfined: cannot run: the descriptor is handed over by us
# Worlds: walls
import os
import socket
import attempt as a

a.twin(lambda: os.fstat(3))


def reconnect():
    listening = socket.socket(fileno=os.dup(3))
    listening.shutdown(socket.SHUT_RD)
    listening.connect(("127.0.0.1", int(a.at("PORT"))))


a.attempt(reconnect)
