# Route: asks the socket of name services for users and groups that the limits leave out, by name and by id
# Known from: first principles
# Grants: { services: { pwd: { users: [root] }, grp: { groups: [root] } } }
# Refused: ENOENT
# Twin: asks for the user within the limits
# Unconfined: cannot run: there is no such service outside
# Worlds: walls
import attempt as a


def others():
    for kind, key in ((0, b"daemon\0"), (1, b"1\0"), (2, b"daemon\0"), (3, b"1\0"), (15, b"daemon\0")):
        # A list of groups has an answer for each user; that of others is empty.
        if a.ask_name(kind, key) and kind != 15:
            return
    raise FileNotFoundError(2, "no such user")


a.attempt(others)
a.twin(a.find_root)
