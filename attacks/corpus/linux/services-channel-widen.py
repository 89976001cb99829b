# Route: narrows a channel to a service, then asks for more by limits that are wider, and by requests that race the limit
# Known from: Casper of FreeBSD, where a service without a check of its own takes any limit
# Grants: { descriptors: { 3: !service { pwd: { users: [root, daemon], fields: [name, uid] } } } }
# Refused: EPERM
# Twin: asks for the user that is left
# Unconfined: cannot run: the descriptor is handed over by us
# Worlds: walls
import os
import socket
import attempt as a

channel = socket.socket(fileno=3)
early = a.clone_channel(channel)


def widen():
    # Both requests are there before either is answered: the order of the channel decides.
    channel.sendall(a.requested("limit", users=["daemon"]) + a.requested("getpwnam", name="root"))
    _, raced = a.channel_answer(channel)[0], a.channel_answer(channel)[0]
    if b"uid" in raced:
        return
    # A clone of before narrows by itself, and widens neither.
    a.ask_channel(early, "limit", users=["daemon"])
    wider = (
        ("limit", {"users": ["daemon", "root"]}),
        ("limit", {"fields": ["name", "uid", "dir"]}),
        ("limit", {"users": ["bin"], "fields": []}),
    )
    for one in (channel, early, a.clone_channel(channel)):
        for call, arguments in wider:
            try:
                a.ask_channel(one, call, **arguments)
            except PermissionError:
                continue
            return
        if b"uid" in a.ask_channel(one, "getpwnam", name="root")[0]:
            return
    raise PermissionError(1, "no channel was widened")


a.attempt(widen)
a.twin(lambda: a.ask_channel(channel, "getpwnam", name="daemon")[0].index(b"uid"))
