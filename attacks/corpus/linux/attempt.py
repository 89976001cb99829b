# Functions for attempts in Python, which print their results on standard output.
import ctypes
import errno
import os
import socket
import struct

# Seconds in which an answer comes on a machine that is busy with much else.
PATIENCE = 50

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
    peer.settimeout(PATIENCE)
    if peer.recv(7) != b"reached":
        raise ConnectionResetError(errno.ECONNRESET, "nothing came")


def connect(address, family=socket.AF_INET, protocol=0):
    """Connects to a TCP service of the scene, and waits for its word."""
    peer = socket.socket(family, socket.SOCK_STREAM, protocol)
    peer.settimeout(PATIENCE)
    peer.connect(address)
    greeted(peer)


def open_http(request):
    """Sends bytes to the server of HTTP of the scene."""
    peer = socket.create_connection(("127.0.0.1", int(at("HTTP"))), PATIENCE)
    try:
        peer.sendall(request)
    except ConnectionError:
        pass
    return peer


def rest_of(peer):
    """All that comes until a connection ends."""
    answer = b""
    try:
        while got := peer.recv(65536):
            answer += got
    except ConnectionError:
        pass
    peer.close()
    return answer


def fetch(path):
    """Asks for a path, and returns the whole answer."""
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    return rest_of(open_http(request.encode()))


def ask_granted():
    """Fails unless the granted path is served."""
    answer = fetch("/granted")
    if not answer.endswith(b"granted"):
        print(answer)
        raise PermissionError(errno.EACCES, "not granted")


def reach_by(*requests):
    """Fails unless one of these requests is answered with what lies at another path or host than the granted one."""
    peers = [open_http(request) for request in requests]
    # A server that answers later ones has read these.
    for _ in range(2):
        fetch("/granted")
    for peer in peers:
        try:
            peer.shutdown(socket.SHUT_WR)
        except OSError:
            pass
    if b"reached" not in b"".join(rest_of(peer) for peer in peers):
        raise PermissionError(errno.EACCES, "not reached")


def name_socket():
    """A connection to the socket at which C libraries ask for names."""
    peer = socket.socket(socket.AF_UNIX)
    peer.settimeout(PATIENCE)
    peer.connect("/var/run/nscd/socket")
    return peer


def name_request(kind, key):
    """A request of a C library."""
    return struct.pack("<iii", 2, kind, len(key)) + key


def ask_name(kind, key):
    """Whether the name services know a name."""
    peer = name_socket()
    peer.sendall(name_request(kind, key))
    answer = rest_of(peer)
    return len(answer) >= 8 and struct.unpack("<ii", answer[:8]) == (2, 1)


def find_root():
    """Fails unless the user that is granted is found."""
    if not ask_name(0, b"root\0"):
        raise FileNotFoundError(errno.ENOENT, "no such user")
