# Route: listens on a port of the host's network when it may only connect
# Known from: first principles
# Grants: { network: { mode: host, connect: [$PORT], bind: [] } }
# Refused: EACCES
# Twin: connects to the port on its list
# Unconfined: works
import socket
import attempt as a

a.attempt(lambda: socket.create_server(("127.0.0.1", 0)))
a.twin(lambda: socket.create_connection(("127.0.0.1", int(a.at("PORT")))))
