# Functions for attempts in Python, which print their results on standard output.
import ctypes
import errno
import os
import socket

libc = ctypes.CDLL(None, use_errno=True)


def answer(key, word):
    print(f"{key}: {word}", flush=True)


def outcome(run):
    """`ok`, or the name of the error that a function has met."""
    try:
        run()
    except OSError as error:
        return errno.errorcode.get(error.errno, type(error).__name__)
    return "ok"


def attempt(run):
    answer("attempt", outcome(run))


def twin(run):
    answer("twin", outcome(run))


def call(name, *arguments):
    """Calls a function of the C library; -1 is an error."""
    result = getattr(libc, name)(*arguments)
    if result == -1:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, content=b"changed"):
    with open(path, "wb") as file:
        file.write(content)


def at(folder, rest=""):
    """A path beneath one of the scene's folders."""
    return os.environ[folder] + rest


def greeted(peer):
    """Waits for the word of a TCP service of the scene."""
    peer.settimeout(20)
    if peer.recv(7) != b"reached":
        raise ConnectionResetError(errno.ECONNRESET, "nothing came")


def connect(address, family=socket.AF_INET, protocol=0):
    """Connects to a TCP service of the scene, and waits for its word."""
    peer = socket.socket(family, socket.SOCK_STREAM, protocol)
    peer.settimeout(20)
    peer.connect(address)
    greeted(peer)


def ask(*requests):
    """Sends bytes to the server of HTTP of the scene, each in a connection; returns all that comes back."""
    answers = b""
    for request in requests:
        peer = socket.create_connection(("127.0.0.1", int(at("HTTP"))), 20)
        # A server that waits for more says nothing.
        peer.settimeout(2)
        try:
            peer.sendall(request)
            while got := peer.recv(65536):
                answers += got
        except (ConnectionError, TimeoutError):
            pass
        peer.close()
    return answers


def reach_by(*requests):
    """Fails unless one of these requests is answered with what lies at another path or host than the granted one."""
    if b"reached" not in ask(*requests):
        raise PermissionError(errno.EACCES, "not reached")


def ask_granted(path="/granted"):
    """Fails unless the granted path is served."""
    if b"granted" not in ask(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()):
        raise PermissionError(errno.EACCES, "not granted")
