# Route: connects to a service on the host's loopback without a network
# Known from: CVE-2020-8558 (Kubernetes): the host's loopback in reach of a container
# Refused: ENETUNREACH, EPERM, EACCES
# Twin: makes a pair of sockets
# Unconfined: works
import socket
import attempt as a

a.attempt(lambda: socket.create_connection(("127.0.0.1", int(a.at("PORT")))))
a.twin(lambda: socket.socketpair())
