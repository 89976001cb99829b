# Runs a WASI program under wasmtime's own WASI, with one directory: a contender of calls.ts. The module is compiled by
# Cranelift, optimized, before the program begins; wasmtime's Python binding only starts it.
# Arguments: the module, the host's directory, its name for the program, arguments of the program.
import sys

from wasmtime import Engine, ExitTrap, Linker, Module, Store, WasiConfig

module, directory, name, *rest = sys.argv[1:]
engine = Engine()
linker = Linker(engine)
linker.define_wasi()
store = Store(engine)
wasi = WasiConfig()
wasi.argv = [module, name, *rest]
wasi.inherit_stdout()
wasi.inherit_stderr()
wasi.preopen_dir(directory, name)
store.set_wasi(wasi)
instance = linker.instantiate(store, Module.from_file(engine, module))
try:
    instance.exports(store)["_start"](store)
except ExitTrap as end:
    sys.exit(end.code)
