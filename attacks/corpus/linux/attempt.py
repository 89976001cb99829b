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
