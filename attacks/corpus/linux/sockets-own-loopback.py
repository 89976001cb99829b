# Route: connects to a service on the host's loopback from a loopback network of its own
# Known from: CVE-2020-8558 (Kubernetes): the host's loopback in reach of a container
# Grants: { network: loopback }
# Refused: ECONNREFUSED
# Twin: connects to a service of its own
# Unconfined: works
# Worlds: walls
import socket
import attempt as a

a.attempt(lambda: socket.create_connection(("127.0.0.1", int(a.at("PORT")))))
server = socket.create_server(("127.0.0.1", 80))
a.twin(lambda: socket.create_connection(("127.0.0.1", 80)))
