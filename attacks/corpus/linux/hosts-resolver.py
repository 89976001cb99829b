# Route: brings its own resolver and asks servers of names elsewhere, over TCP and UDP
# Known from: DNS tunnels (iodine)
# Grants: { network: { hosts: ['localhost:$PORT'] } }
# Refused: ECONNREFUSED, ECONNRESET, ENETUNREACH, timeout, EPIPE
# Twin: connects to the port that is granted
# Unconfined: cannot run: it would send to servers elsewhere
# Worlds: walls
import socket
import attempt as a


def reach():
    query = bytes.fromhex("123401000001000000000000") + b"\x07secrets\x07example\x03org\x00\x00\x01\x00\x01"
    peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    peer.settimeout(3)
    peer.connect(("9.9.9.9", 53))
    peer.send(query)
    # Our own resolver answers for it, and says that there is no such name.
    if peer.recv(512)[3] & 15 == 0:
        return
    stream = socket.socket()
    stream.settimeout(5)
    stream.connect(("9.9.9.9", 53))
    stream.send(len(query).to_bytes(2, "big") + query)
    if len(stream.recv(512)) == 0:
        raise ConnectionResetError(104, "nothing came")


a.attempt(reach)
a.twin(lambda: a.connect(("127.0.0.1", int(a.at("PORT")))))
