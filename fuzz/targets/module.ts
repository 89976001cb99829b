import { compileModule } from '../../src/gates/wasm/module.ts';
import { ModuleError } from '../../src/gates/wasm/module-error.ts';
import { refusedAs, type Target } from '../target.ts';

const known = new Map([['wasi_snapshot_preview1', new Set(['fd_write'])]]);
const PAGE = 65536;

/** WebAssembly modules, and the limit on their memory that is written into them. */
export const wasmModule: Target = {
  name: 'module',
  promise:
    'a module is refused with a ModuleError, or compiles as it is and with its memory and tables bounded',
  words: [
    '\0asm\x01\0\0\0',
    '\x05\x03\x01\0\x01',
    '\x05\x04\x01\x01\x01\x02',
    '\x07\x0a\x01\x06memory\x02\0',
    '_start',
    'wasi_snapshot_preview1',
    'fd_write',
    '\x04\x04\x01\x70\0\x01',
    '\x04\x05\x01\x6f\x01\x01\x02',
    '\x01t\x01\0',
  ],
  maximumLength: 1024,
  run(bytes) {
    const plain = refusedAs([ModuleError], () => compileModule(bytes, known, { starts: false }));
    const bounded = refusedAs([ModuleError], () =>
      compileModule(bytes, known, { starts: false, memoryLimit: 4 * PAGE }),
    );
    if (bounded === undefined) return;
    if (plain === undefined) throw new Error('A module became valid by having its memory bounded');
    const { module } = bounded;
    if (WebAssembly.Module.imports(module).some(({ kind }) => kind !== 'function')) return;
    const imports = { wasi_snapshot_preview1: { fd_write: () => 0 } };
    const { exports } = new WebAssembly.Instance(module, imports);
    for (const table of Object.values(exports)) if (table instanceof WebAssembly.Table) checkTable(table);
    const { memory } = exports;
    if (!(memory instanceof WebAssembly.Memory)) throw new Error('There is no memory');
    try {
      memory.grow(5);
    } catch (error) {
      if (error instanceof RangeError) return;
      throw error;
    }
    throw new Error('The memory grew beyond its limit');
  },
};

/** More entries than all of the limit would hold. */
const MOST_ENTRIES = (4 * PAGE) / 16;

function checkTable(table: WebAssembly.Table): void {
  if (table.length > MOST_ENTRIES) throw new Error('A table is larger than its limit');
  try {
    table.grow(MOST_ENTRIES);
  } catch (error) {
    if (error instanceof RangeError) return;
    throw error;
  }
  throw new Error('A table grew beyond its limit');
}
