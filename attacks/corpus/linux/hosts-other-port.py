# Route: connects to another port of the host than the one that is granted
# Known from: proxies that check names and not ports
# Grants: { network: { hosts: ['localhost:$PORT'] } }
# Refused: ECONNREFUSED, ECONNRESET
# Twin: connects to the port that is granted
# Unconfined: works
# Worlds: walls
import attempt as a


def reach():
    a.connect(("127.0.0.1", int(a.at("BESIDE"))))


a.attempt(reach)
a.twin(lambda: a.connect(("127.0.0.1", int(a.at("PORT")))))
