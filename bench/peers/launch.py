# Starts /usr/bin/true by a Python library, once for each line of standard input, and prints the milliseconds from the
# call to its return. Argument: subprocess (no walls), sandlock or nono_py. The benchmark linux-startup asks in turns.
import sys
import time

TRUE = "/usr/bin/true"
READABLE = ["/usr", "/etc", "/dev", "/proc"]


def subprocess_way():
    import subprocess

    return lambda: subprocess.run([TRUE], stdin=-3, stdout=-3, stderr=-3).returncode


def sandlock_way():
    import sandlock

    def run():
        sandbox = sandlock.Sandbox(fs_readable=READABLE, fs_writable=["/tmp"], net_allow=[])
        result = sandbox.run([TRUE])
        return 0 if result.success else 1

    return run


def nono_way():
    import nono_py

    def run():
        caps = nono_py.CapabilitySet()
        for path in READABLE:
            caps.allow_path(path, nono_py.AccessMode.READ)
        caps.allow_path("/tmp", nono_py.AccessMode.READ_WRITE)
        caps.block_network()
        return nono_py.sandboxed_exec(caps, [TRUE]).exit_code

    return run


run = {"subprocess": subprocess_way, "sandlock": sandlock_way, "nono": nono_way}[sys.argv[1]]()
for _ in sys.stdin:
    start = time.perf_counter()
    code = run()
    taken = (time.perf_counter() - start) * 1e3
    print(taken if code == 0 else f"{TRUE} ended with {code}", flush=True)
