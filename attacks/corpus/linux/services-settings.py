# Route: changes a setting of the kernel that is granted for reading, and reads those beside it: by `..`, links, other views of /proc and a mount that is made writable
# Known from: CVE-2022-0492 and other ways of containers to core_pattern and release_agent
# Grants: { services: { sysctl: { names: { vm.swappiness: read } } } }
# Refused: EROFS, EACCES, EPERM, ENOENT
# Twin: reads the granted setting
# Unconfined: works for root
# Worlds: walls
import ctypes
import os
import attempt as a

GRANTED = "/proc/sys/vm/swappiness"
VIEWS = ["", "/proc/self/root", "/proc/thread-self/root", "/proc/1/root", "/proc/self/cwd/../../../../../.."]
OTHERS = ["/proc/sys/vm/../kernel/core_pattern", "/proc/sys/vm/dirty_ratio"]
MS_REMOUNT_BIND = 32 | 4096


def change(path):
    with open(path) as file:
        value = file.read()
    # The value that is there already: the host stays as it is where this works.
    with open(path, "w") as file:
        file.write(value)


def remount():
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(None, GRANTED.encode(), None, MS_REMOUNT_BIND, None) != 0:
        raise OSError(ctypes.get_errno(), "mount")
    change(GRANTED)


def settings():
    link = os.path.join(os.environ["WORK"], "setting")
    os.symlink(GRANTED, link)
    file = os.open(GRANTED, os.O_RDONLY)
    tries = [lambda path=path: change(path) for path in [f"{view}{GRANTED}" for view in VIEWS] + [link]]
    tries += [lambda: change(f"/proc/self/fd/{file}"), lambda: os.truncate(GRANTED, 0), remount]
    tries += [lambda path=path: os.close(os.open(path, os.O_RDONLY)) for path in OTHERS]
    refused = None
    for one in tries:
        try:
            one()
            return
        except OSError as error:
            refused = error
    raise refused


def granted():
    with open(GRANTED) as file:
        int(file.read())


a.attempt(settings)
a.twin(granted)
