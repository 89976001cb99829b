# Route: listens on a port of the host's network without binding, when it may listen on none
# Known from: listen(2) binds a socket that is not bound, and no rule for bind(2) is asked
# Grants: { network: { mode: host, connect: [$PORT], bind: [] } }
# Refused: EACCES
# Twin: connects to the port on its list
# Unconfined: works
import socket
import attempt as a

a.attempt(lambda: socket.socket().listen())
a.twin(lambda: socket.create_connection(("127.0.0.1", int(a.at("PORT")))))
