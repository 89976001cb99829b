# Route: goes on with a flow of datagrams, and begins others, after a port that was granted while it ran
#   is withdrawn
# Known from: first principles; rules that only new connections are checked by
# Grants: { network: { hosts: ['192.0.2.1:9'] } }
# Live: localhost:$ECHO/udp
# Refused: TimeoutError, timeout, ECONNREFUSED, EACCES, EPERM
# Twin: gets datagrams back before that
# Unconfined: cannot run: the port of the host is withdrawn by a broker alone
# Worlds: walls
import os
import socket
import time
import attempt as a

PORT = int(a.at("ECHO"))


def wait_for(name):
    path = os.path.join(a.at("WORK"), name)
    end = time.monotonic() + 40
    while not os.path.exists(path):
        if time.monotonic() > end:
            raise TimeoutError(name)
        time.sleep(0.02)


def peer_of(address="127.0.0.1", family=socket.AF_INET):
    peer = socket.socket(family, socket.SOCK_DGRAM)
    peer.settimeout(1)
    peer.connect((address, PORT))
    return peer


def echo(peer, text):
    peer.send(text)
    if peer.recv(64) != text:
        raise ConnectionResetError(104, "nothing came")


wait_for("allowed")
kept = peer_of()
kept.settimeout(a.PATIENCE)


def attempt():
    open(os.path.join(a.at("WORK"), "withdraw"), "w").close()
    wait_for("withdrawn")
    last = None
    kept.settimeout(1)
    for reach in (
        lambda: echo(kept, b"after"),
        lambda: echo(peer_of(), b"after"),
        lambda: echo(peer_of("::1", socket.AF_INET6), b"after"),
        lambda: echo(peer_of("127.0.0.2"), b"after"),
    ):
        try:
            return reach()
        except OSError as error:
            last = error
    raise last


def granted():
    if not before:
        raise ConnectionResetError(104, "nothing came")


before = []
echo(kept, b"before")
before.append(True)
a.attempt(attempt)
a.twin(granted)
