# Route: connects to another port by Multipath TCP, whose socket is of another protocol
# Known from: CVE-2024-26782 (mptcp) in shape; filters that name TCP alone
# Grants: { network: { hosts: ['localhost:$PORT'] } }
# Refused: ECONNREFUSED, EPROTONOSUPPORT, EACCES, EPERM, ECONNRESET, EAFNOSUPPORT
# Twin: connects to the port that is granted
# Unconfined: works
# Worlds: walls
import attempt as a


def reach():
    a.connect(("127.0.0.1", int(a.at("BESIDE"))), protocol=262)


a.attempt(reach)
a.twin(lambda: a.connect(("127.0.0.1", int(a.at("PORT")))))
