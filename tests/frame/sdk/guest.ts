import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WASI } from 'node:wasi';

/** End of a guest and its output to descriptor 1. */
export interface GuestResult {
  readonly status: number;
  readonly output: string;
}

/**
 * Runs a module on Node's own WASI with the import that argdata comes through: a stand-in for the gate. The
 * guest has its output as descriptor 1 and, if asked for, a directory as descriptor 3.
 */
export function runGuest(
  module: WebAssembly.Module,
  argdata: Uint8Array,
  options: { directory?: string; args?: string[]; readError?: number } = {},
): GuestResult {
  const scratch = mkdtempSync(join(tmpdir(), 'cloudabi-guest-'));
  const path = join(scratch, 'output');
  const nothing = openSync('/dev/null', 'r');
  const output = openSync(path, 'w');
  try {
    const wasi = new WASI({
      version: 'preview1',
      args: options.args ?? [],
      stdin: nothing,
      stdout: output,
      stderr: output,
      returnOnExit: true,
      ...(options.directory === undefined ? {} : { preopens: { '/granted': options.directory } }),
    });
    const instance = new WebAssembly.Instance(module, {
      wasi_snapshot_preview1: wasi.wasiImport as WebAssembly.ModuleImports,
      cloudabi_program: argdataImport(argdata, () => memoryOf(instance), options.readError),
    });
    const status = Number(wasi.start(instance) ?? 0);
    return { status, output: readFileSync(path, 'utf8') };
  } finally {
    for (const fd of [nothing, output]) closeUnlessGuestDid(fd);
    rmSync(scratch, { recursive: true });
  }
}

/** Loads a prebuilt guest program by its path beneath the project's root. */
export function loadGuest(path: string): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(new URL(`../../../../${path}`, import.meta.url)));
}

/** Encodes the values of these tests; the real encoder has tests of its own. */
export const encode = {
  str: (text: string): Uint8Array => Uint8Array.of(8, ...Buffer.from(text), 0),
  fd: (number: number): Uint8Array => Uint8Array.of(3, 0, 0, 0, number),
  true: Uint8Array.of(2, 1),
  map: (entries: Record<string, Uint8Array>): Uint8Array =>
    Uint8Array.of(
      6,
      ...Object.entries(entries).flatMap(([key, value]) => [
        ...subfield(encode.str(key)),
        ...subfield(value),
      ]),
    ),
};

function subfield(bytes: Uint8Array): number[] {
  if (bytes.length > 127) throw new RangeError('Only short values are encoded here');
  return [0x80 | bytes.length, ...bytes];
}

/** A guest that closes its output closes ours: Node's WASI does not duplicate it. */
function closeUnlessGuestDid(fd: number): void {
  try {
    closeSync(fd);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EBADF')) throw error;
  }
}

/** The import that argdata comes through. `readError` makes reading fail with this WASI errno. */
export function argdataImport(
  argdata: Uint8Array,
  memory: () => unknown,
  readError?: number,
): WebAssembly.ModuleImports {
  return {
    argdata_length: () => argdata.length,
    argdata_read: (pointer: number, length: number) => {
      const exported = memory();
      if (readError !== undefined) return readError;
      if (!(exported instanceof WebAssembly.Memory)) return 21;
      if (length !== argdata.length) return 28;
      new Uint8Array(exported.buffer).set(argdata, pointer >>> 0);
      return 0;
    },
  };
}

class GuestExit extends Error {}

/**
 * Runs a module that does nothing but write: cheap, for running one hundreds of times (Node 20 crashes when
 * it collects many WASI objects whose modules have run).
 */
export function runWriter(
  module: WebAssembly.Module,
  argdata: Uint8Array,
  options: { readError?: number } = {},
): string {
  const output: Buffer[] = [];
  const instance = new WebAssembly.Instance(module, {
    wasi_snapshot_preview1: {
      fd_close: () => 8,
      fd_seek: () => 70,
      fd_write: (fd: number, vectors: number, count: number, written: number) => {
        const { memory } = instance.exports;
        if (fd !== 1 || !(memory instanceof WebAssembly.Memory)) return 8;
        const view = new DataView(memory.buffer);
        let total = 0;
        for (let i = 0; i < count; i++) {
          const start = view.getUint32(vectors + 8 * i, true);
          const length = view.getUint32(vectors + 8 * i + 4, true);
          output.push(Buffer.from(new Uint8Array(memory.buffer, start, length)));
          total += length;
        }
        view.setUint32(written, total, true);
        return 0;
      },
      proc_exit: (status: number) => {
        throw new GuestExit(`exit ${status}`);
      },
    },
    cloudabi_program: argdataImport(argdata, () => memoryOf(instance), options.readError),
  });
  const { _start: start } = instance.exports;
  if (typeof start !== 'function') throw new TypeError('The module has no _start');
  try {
    start();
  } catch (error) {
    if (!(error instanceof GuestExit && error.message === 'exit 0')) throw error;
  }
  return Buffer.concat(output).toString('utf8');
}

export function memoryOf(instance: WebAssembly.Instance): unknown {
  const { memory } = instance.exports;
  return memory;
}
