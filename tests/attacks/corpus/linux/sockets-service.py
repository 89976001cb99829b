# Route: connects to a service of the host by the path of its socket
# Known from: CVE-2019-7304 (snapd); /run/docker.sock in a container
# Grants: { network: host }
# Refused: ENOENT, EACCES, EAFNOSUPPORT
# Twin: makes a pair of sockets
# Unconfined: works
import socket
import attempt as a

a.attempt(lambda: socket.socket(socket.AF_UNIX).connect(a.at("STREAMS")))
a.twin(lambda: socket.socketpair())
