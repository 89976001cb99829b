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


def encoded(value):
    """A value of argdata (docs/argdata.md): texts, lists and maps."""
    if isinstance(value, str):
        return b"\x08" + value.encode() + b"\0"
    pairs = isinstance(value, dict)
    items = [part for pair in value.items() for part in pair] if pairs else value
    parts = b""
    for item in items:
        part = encoded(item)
        length = [0x80 | (len(part) & 0x7F)]
        rest = len(part) >> 7
        while rest:
            length.insert(0, rest & 0x7F)
            rest >>= 7
        parts += bytes(length) + part
    return (b"\x06" if pairs else b"\x07") + parts


def framed(body, descriptors=0):
    """A message of a channel (docs/services.md)."""
    return struct.pack("<IHH", len(body), descriptors, 0xCA5E) + body


def requested(call, **arguments):
    return framed(encoded({"call": call, "arguments": arguments}))


def channel_answer(channel):
    """The next answer of a channel and a descriptor that came with it, or nothing at its end."""
    head, ancillary, _, _ = channel.recvmsg(8, 1024)
    if len(head) < 8:
        return b"", -1
    size, _, _ = struct.unpack("<IHH", head)
    body = b""
    while len(body) < size:
        part = channel.recv(size - len(body))
        if part == b"":
            break
        body += part
    came = [struct.unpack("i", data[:4])[0] for _, _, data in ancillary if len(data) >= 4]
    return body, came[0] if came else -1


def ask_channel(channel, call, **arguments):
    """Makes a request; an error that the service answers is one that is raised."""
    channel.sendall(requested(call, **arguments))
    body, descriptor = channel_answer(channel)
    if b"\x08result\0" not in body:
        raise PermissionError(errno.EPERM, body.decode("latin1"))
    return body, descriptor


def clone_channel(channel):
    return socket.socket(fileno=ask_channel(channel, "clone")[1])
