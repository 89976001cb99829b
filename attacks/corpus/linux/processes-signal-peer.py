# Route: takes a handle of the process at the other end of a socket that it was handed, and ends that process by it
# Known from: SO_PEERPIDFD (Linux 6.5) gives handles of processes that no process namespace hides
# Grants: { descriptors: { 3: !socket { connect: $STREAMS } } }
# Refused: EPERM, EACCES, EINVAL
# Twin: reads the words of the other end
# Unconfined: cannot run: the descriptor is handed over by us
import ctypes
import fcntl
import os
import signal
import socket
import attempt as a

SO_PEERPIDFD = 77
PIDFD_GET_MNT_NAMESPACE = 0xFF03
a.twin(lambda: os.read(3, 7))
peer = socket.socket(fileno=os.dup(3))


def signal_peer():
    try:
        process = peer.getsockopt(socket.SOL_SOCKET, SO_PEERPIDFD)
    except OSError as error:
        raise PermissionError(1, "none is given") from error
    try:
        fcntl.ioctl(process, PIDFD_GET_MNT_NAMESPACE, 0)
        return
    except OSError:
        pass
    signal.pidfd_send_signal(process, signal.SIGWINCH)


a.attempt(signal_peer)
