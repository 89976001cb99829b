# Route: is sent a descriptor of a directory that was not granted, and opens a file beneath it
# Known from: CVE-2024-21626 (runc) in shape: a directory outside; here an accomplice sends its descriptor
# Refused: EACCES, ENOENT
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
a.attempt(lambda: os.open("file", os.O_RDONLY, dir_fd=folder))
a.twin(lambda: os.read(file, 7))
