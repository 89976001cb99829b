# Route: is sent a descriptor of a directory and makes it its root by '..' until the top
# Known from: the classic way out of chroot
# Refused: EACCES
# Twin: reads a file whose descriptor it is sent
# Unconfined: works
# Worlds: walls
# Beside: sender
import os
import socket
import attempt as a

with socket.socket(socket.AF_UNIX) as peer:
    peer.connect(a.at("WORK", "/socket"))
    _, [folder, file], _, _ = socket.recv_fds(peer, 1, 2)


def climb():
    os.fchdir(folder)
    for _ in range(64):
        os.chdir("..")
    os.close(os.open("etc/passwd", os.O_RDONLY))


a.attempt(climb)
a.twin(lambda: os.read(file, 7))
