import { addressOf } from '../../../host/libc.ts';
import { type RecordCalls, recordCalls } from '../../../host/record.ts';
import { clearTable, TABLE_WORDS } from '../../../kernel/descriptors.ts';
import { abiErrors } from '../../../kernel/result.ts';
import { R } from '../../../kernel/rights.ts';
import { callNumberOf } from '../../../linux/system-calls.ts';
import { PAGE } from '../binary-numbers.ts';
import type { GuestMemory } from '../memory.ts';
import { directCalls, directModules } from './code.ts';

/** The calls of kernel.c in its order, and the rights that they need. */
const CALLS = [
  [callNumberOf('read'), R.fd_read],
  [callNumberOf('write'), R.fd_write],
  [callNumberOf('pread64'), R.fd_read | R.fd_seek],
  [callNumberOf('pwrite64'), R.fd_write | R.fd_seek],
  [callNumberOf('lseek'), R.fd_seek],
] as const;

/** Addresses in the memory of kernel.c. */
const STATE = 1024;
const ROWS = 2048;

/** Offsets in its `state`. */
const State = { seconds: 48, timeAddress: 64, program: 72, pages: 80, calls: 84, errors: 124 } as const;

const PAGES = Math.ceil((ROWS + TABLE_WORDS * 4) / PAGE);

/** The faces, by how `kernel.c` calls what it understands of their numbers. */
const numberings = {
  wasi_snapshot_preview1: { seek: 'seek_snapshot1', clock: 'clock_wasi' },
  wasi_unstable: { seek: 'seek_unstable', clock: 'clock_wasi' },
  cloudabi: { seek: 'seek_cloudabi', clock: 'clock_cloudabi' },
} as const;

/** The import modules some of whose calls are made directly. */
export type DirectFace = keyof typeof numberings;

/** Tells the names of these import modules from others. */
export function isDirectFace(name: string): name is DirectFace {
  return Object.hasOwn(numberings, name);
}

/** The functions of one face, and how they get at the program's memory, which is there later than they are. */
export type DirectFunctions = {
  readonly imports: Readonly<Record<string, WebAssembly.ExportValue>>;
  /** Lets them work on a memory; without that, each of them is the function in TypeScript. */
  readonly connect: (memory: WebAssembly.Memory) => void;
};

/** Calls after which a program is worth the two modules: small ones end before. */
const PATIENCE = 64;

function compile(name: keyof typeof directModules): WebAssembly.Module {
  return new WebAssembly.Module(Buffer.from(directModules[name], 'base64'));
}

/**
 * The part of the kernel that works without JavaScript (kernel.c): the most frequent calls, where they are plain. It
 * serves a process of one thread. What it does not do itself goes to the functions in TypeScript.
 */
export class DirectKernel {
  readonly #memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES });
  readonly #host: RecordCalls;
  readonly #state: DataView;
  #exports: WebAssembly.Exports | undefined;

  /** Words for the process's table of descriptors, empty. */
  readonly rows: Int32Array;

  /** Precondition: no walls are up, which let nothing more be made executable but by the engine. */
  constructor() {
    const { buffer } = this.#memory;
    const address = addressOf(new Uint8Array(buffer, STATE));
    this.#host = recordCalls(address);
    this.rows = clearTable(new Int32Array(buffer, ROWS, TABLE_WORDS));
    this.#state = new DataView(buffer, STATE);
    this.#state.setBigUint64(State.timeAddress, BigInt(address + State.seconds), true);
    CALLS.forEach(([number, rights], index) => {
      this.#state.setInt32(State.calls + index * 8, number, true);
      this.#state.setInt32(State.calls + index * 8 + 4, rights, true);
    });
    abiErrors.forEach((error, linux) => {
      this.#state.setUint8(State.errors + linux, error);
    });
  }

  /** Learns where a program's memory lies, and again whenever that has changed. */
  follow(memory: GuestMemory): void {
    memory.onMoved((base, length) => {
      this.#state.setBigUint64(State.program, BigInt(base), true);
      this.#state.setUint32(State.pages, length / PAGE, true);
    });
  }

  /**
   * Makes the functions of a face. They go through TypeScript until the program has made some calls.
   *
   * @param slow The face's own functions.
   */
  functions(face: DirectFace, slow: WebAssembly.ModuleImports): DirectFunctions {
    let memory: WebAssembly.Memory | undefined;
    let patience = PATIENCE;
    const counted = directCalls.map((call) => {
      const act = slow[call];
      const counting = (...values: never[]): unknown => {
        if (--patience <= 0 && memory !== undefined) {
          this.#connect(face, memory, slow, table);
          memory = undefined;
        }
        return typeof act === 'function' ? Reflect.apply(act, undefined, values) : undefined;
      };
      return [call, counting] as const;
    });
    const entry = new WebAssembly.Instance(compile('entry'), { slow: Object.fromEntries(counted) });
    const { table, ...imports } = entry.exports;
    return {
      imports,
      connect: (own) => {
        memory = own;
      },
    };
  }

  /** Puts the calls over a program's memory into the table, unless its addresses have 64 bits. */
  #connect(
    face: DirectFace,
    memory: WebAssembly.Memory,
    slow: WebAssembly.ModuleImports,
    table: WebAssembly.ExportValue | undefined,
  ): void {
    const { seek, clock } = numberings[face];
    const kernel = {
      transfer: this.#function('transfer'),
      seek: this.#function(seek),
      clock: this.#function(clock),
    };
    try {
      const { exports } = new WebAssembly.Instance(compile('face'), { env: { memory }, kernel, slow });
      if (!(table instanceof WebAssembly.Table)) return;
      directCalls.forEach((call, index) => {
        table.set(index, exports[call]);
      });
    } catch (error) {
      if (!(error instanceof WebAssembly.LinkError)) throw error;
    }
  }

  #function(name: string): WebAssembly.ExportValue {
    this.#exports ??= new WebAssembly.Instance(compile('kernel'), {
      env: { memory: this.#memory },
      host: this.#host,
    }).exports;
    const found = this.#exports[name];
    if (found === undefined) throw new Error(`The module of direct calls lacks ${name}`);
    return found;
  }
}
