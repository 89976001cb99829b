# Route: asks the name services for the memory that nscd shares with its clients, and to be shut down
# Known from: the requests GETFDPW and SHUTDOWN of nscd
# Grants: { services: { pwd: { users: [root] } } }
# Refused: ENOENT
# Twin: asks for the user within the limits afterwards
# Unconfined: cannot run: there is no such service outside
# Worlds: walls
import attempt as a


def memory():
    for kind, key in ((11, b"passwd\0"), (12, b"group\0"), (13, b"hosts\0"), (18, b"services\0"), (8, b""), (9, b""), (10, b"passwd\0")):
        peer = a.name_socket()
        peer.sendall(a.name_request(kind, key))
        answer, control, _, _ = peer.recvmsg(65536, 4096)
        if answer or control:
            return
    raise FileNotFoundError(2, "nothing came")


a.attempt(memory)
a.twin(a.find_root)
