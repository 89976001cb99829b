# Route: connects to a service of the host by the path of its socket
# Known from: CVE-2019-7304 (snapd); /run/docker.sock in a container
# Grants: { network: host }
# Refused: ENOENT, EACCES, EAFNOSUPPORT
# Twin: connects to a service on the network that it was granted
# Unconfined: works
import socket
import attempt as a

a.attempt(lambda: socket.socket(socket.AF_UNIX).connect(a.at("STREAMS")))
a.twin(lambda: socket.create_connection(("127.0.0.1", int(a.at("PORT")))))
