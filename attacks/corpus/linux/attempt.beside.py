# Accomplices of attempts: `Beside: NAME` runs one of these outside of the walls, as the same user.
import ctypes
import os
import signal
import socket
import sys
import time


PR_SET_PDEATHSIG = 1
# The attempt may kill the process that started this one.
ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def at(folder, rest):
    return os.environ[folder] + rest


def sender():
    """Sends descriptors of a directory that was not granted, and of a file, to whoever connects."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(at("WORK", "/socket"))
        listening.listen()
        print("ready", flush=True)
        while True:
            peer, _ = listening.accept()
            descriptors = [os.open(at("SECRET", ""), os.O_RDONLY), os.open(at("READ", "/file"), os.O_RDONLY)]
            socket.send_fds(peer, [b"x"], descriptors)
            peer.close()


def mover():
    """Moves a directory out of the granted one as soon as that is asked for."""
    os.mkdir(at("WORK", "/other"))
    print("ready", flush=True)
    while not os.path.exists(at("WORK", "/ready")):
        time.sleep(0.01)
    os.rename(at("WORK", "/inner/deep"), at("ROOT", "/deep"))
    open(at("WORK", "/moved"), "w").close()


{"sender": sender, "mover": mover}[sys.argv[1]]()
