# Route: is sent a descriptor of a directory that was not granted, and changes files beneath it
# Known from: first principles; the accomplice is outside
# Refused: EACCES, EROFS
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
a.attempt(lambda: os.rename("file", "taken", src_dir_fd=folder, dst_dir_fd=folder))
a.twin(lambda: os.read(file, 7))
