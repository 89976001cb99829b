# Route: connects to a port of the host by other spellings of its address
# Known from: CVE-2021-29922 (Rust), CVE-2021-28918 (netmask): leading zeros, numbers and mapped addresses
# Grants: { network: { hosts: ['localhost:$PORT'] } }
# Refused: ECONNREFUSED, ECONNRESET, ENETUNREACH, EAI
# Twin: connects to the port that is granted
# Unconfined: works
# Worlds: walls
import socket
import attempt as a


def reach():
    port = int(a.at("BESIDE"))
    last = None
    for name in ("0x7f.1", "2130706433", "127.1", "017700000001", "0.0.0.0", "127.0.0.2", "localhost"):
        try:
            return a.connect((socket.gethostbyname(name), port))
        except OSError as error:
            last = error
    for name in ("::ffff:127.0.0.1", "::1", "64:ff9b::7f00:1", "2002:7f00:1::"):
        try:
            return a.connect((name, port, 0, 0), socket.AF_INET6)
        except OSError as error:
            last = error
    raise last


a.attempt(reach)
a.twin(lambda: a.connect(("127.0.0.1", int(a.at("PORT")))))
