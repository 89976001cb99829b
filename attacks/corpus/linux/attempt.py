# Functions for attempts in Python, which print their results on standard output.
import ctypes
import errno
import os

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
