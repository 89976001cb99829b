// Runs a WASI program under node:wasi, with one directory: the contender of calls.ts.
// Arguments: the module, the host's directory, its name for the program, arguments of the program.
import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';

const [module = '', directory = '', name = '', ...rest] = process.argv.slice(2);
const wasi = new WASI({
  version: 'preview1',
  args: [module, name, ...rest],
  preopens: { [name]: directory },
  returnOnExit: false,
});
const compiled = new WebAssembly.Module(readFileSync(module));
wasi.start(new WebAssembly.Instance(compiled, { wasi_snapshot_preview1: wasi.wasiImport }));
