import { MemoryDirectory, MemoryFile, type MemoryNode } from './memory-files.ts';

/** Errors of WASI preview 1, as far as a file system in memory has them. */
const ERRNO = {
  success: 0,
  badf: 8,
  exist: 20,
  inval: 28,
  isdir: 31,
  noent: 44,
  nosys: 52,
  notdir: 54,
  notempty: 55,
  spipe: 70,
} as const;

const CHARACTER_DEVICE = 2;
const DIRECTORY = 3;
const REGULAR_FILE = 4;

/** Flags of `path_open`. */
const OPEN = { create: 1, directory: 2, exclusive: 4, truncate: 8 } as const;

/** The first descriptor that is no standard stream: the root of the file system. */
const ROOT = 3;

interface Open {
  readonly node: MemoryNode;
  readonly append: boolean;
  position: number;
}

/** Thrown through a tool by `proc_exit`. */
export class ToolExit {
  readonly status: number;

  constructor(status: number) {
    this.status = status;
  }
}

/**
 * WASI preview 1 for one run of a tool: arguments, a file system in memory, two streams to print to, and
 * nothing of the machine but its clock. The calls are those that LLVM's tools import.
 *
 * The tool is the compiler that the user installed. It can spoil its own memory and files, and nothing else.
 */
export class MemoryHost {
  readonly #argv: readonly Uint8Array[];
  readonly #print: { readonly 1: Uint8Array[]; readonly 2: Uint8Array[] } = { 1: [], 2: [] };
  readonly #open = new Map<number, Open>();
  #memory: WebAssembly.Memory | undefined;
  #askedDate = false;
  #view = new DataView(new ArrayBuffer(0));

  constructor(argv: readonly string[], root: MemoryDirectory) {
    this.#argv = argv.map((argument) => Buffer.from(`${argument}\0`, 'utf8'));
    this.#open.set(ROOT, { node: root, append: false, position: 0 });
  }

  /** True if the tool has asked for the date, so that another run may have another outcome. */
  get askedDate(): boolean {
    return this.#askedDate;
  }

  /** Gives the text that was printed to descriptor 1 or 2. */
  printed(descriptor: 1 | 2): string {
    return Buffer.concat(this.#print[descriptor]).toString('utf8');
  }

  /** Runs the tool to its end, and gives its exit status. */
  run(module: WebAssembly.Module): number {
    const { exports } = new WebAssembly.Instance(module, { wasi_snapshot_preview1: this.#imports() });
    const { memory, _start: start } = exports;
    if (!(memory instanceof WebAssembly.Memory) || typeof start !== 'function')
      throw new TypeError('The tool has no memory or no entry point');
    this.#memory = memory;
    try {
      start();
      return 0;
    } catch (error) {
      if (error instanceof ToolExit) return error.status;
      throw error;
    }
  }

  /** The tool's memory as it is now: growing replaces its buffer. */
  get #bytes(): DataView {
    const buffer = this.#memory?.buffer;
    if (buffer !== undefined && this.#view.buffer !== buffer) this.#view = new DataView(buffer);
    return this.#view;
  }

  #span(address: number, length: number): Uint8Array {
    return new Uint8Array(this.#bytes.buffer, address >>> 0, length >>> 0);
  }

  #text(address: number, length: number): string {
    return Buffer.from(this.#span(address, length)).toString('utf8');
  }

  #u32(address: number, value: number): number {
    this.#bytes.setUint32(address >>> 0, value, true);
    return ERRNO.success;
  }

  #u64(address: number, value: bigint): number {
    this.#bytes.setBigUint64(address >>> 0, value, true);
    return ERRNO.success;
  }

  /** The node that a path leads to from a directory's descriptor, and where its name stands. */
  #lookUp(
    descriptor: number,
    address: number,
    length: number,
  ): { parent: MemoryDirectory; name: string; node: MemoryNode | undefined } | undefined {
    const base = this.#open.get(descriptor)?.node;
    if (!(base instanceof MemoryDirectory)) return undefined;
    const path = this.#text(address, length).replace(/\/+$/, '');
    const cut = path.lastIndexOf('/') + 1;
    const parent = base.find(path.slice(0, cut));
    if (!(parent instanceof MemoryDirectory)) return undefined;
    return { parent, name: path.slice(cut), node: base.find(path) };
  }

  #fileStat(address: number, type: number, id: number, size: number): number {
    this.#span(address, 64).fill(0);
    this.#u64(address + 8, BigInt(id));
    this.#bytes.setUint8((address >>> 0) + 16, type);
    this.#u64(address + 24, 1n);
    return this.#u64(address + 32, BigInt(size));
  }

  #nodeStat(address: number, node: MemoryNode): number {
    return node instanceof MemoryFile
      ? this.#fileStat(address, REGULAR_FILE, node.id, node.size)
      : this.#fileStat(address, DIRECTORY, node.id, 0);
  }

  /** Calls `use` for each buffer of a vector until it gives less than the buffer's length; gives the sum. */
  #vector(address: number, count: number, use: (bytes: Uint8Array) => number): number {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const entry = (address >>> 0) + 8 * i;
      const buffer = this.#span(this.#bytes.getUint32(entry, true), this.#bytes.getUint32(entry + 4, true));
      const done = use(buffer);
      sum += done;
      if (done < buffer.length) break;
    }
    return sum;
  }

  #readAt(file: MemoryFile, position: number, vector: number, count: number): number {
    let offset = position;
    return this.#vector(vector, count, (buffer) => {
      const bytes = file.content.subarray(offset, offset + buffer.length);
      buffer.set(bytes);
      offset += bytes.length;
      return bytes.length;
    });
  }

  #imports(): WebAssembly.ModuleImports {
    return { ...this.#process(), ...this.#descriptors(), ...this.#paths() };
  }

  #process(): WebAssembly.ModuleImports {
    return {
      args_sizes_get: (count: number, size: number) => {
        this.#u32(count, this.#argv.length);
        return this.#u32(
          size,
          this.#argv.reduce((sum, { length }) => sum + length, 0),
        );
      },
      args_get: (pointers: number, text: number) => {
        let address = text;
        for (const [i, argument] of this.#argv.entries()) {
          this.#u32(pointers + 4 * i, address);
          this.#span(address, argument.length).set(argument);
          address += argument.length;
        }
        return ERRNO.success;
      },
      environ_sizes_get: (count: number, size: number) => this.#u32(count, 0) || this.#u32(size, 0),
      environ_get: () => ERRNO.success,
      clock_time_get: (clock: number, _precision: bigint, result: number) => {
        this.#askedDate ||= clock === 0;
        return this.#u64(result, clock === 0 ? BigInt(Date.now()) * 1_000_000n : process.hrtime.bigint());
      },
      random_get: (address: number, length: number) => {
        crypto.getRandomValues(this.#span(address, length));
        return ERRNO.success;
      },
      poll_oneoff: () => ERRNO.nosys,
      proc_exit: (status: number) => {
        throw new ToolExit(status);
      },
    };
  }

  #descriptors(): WebAssembly.ModuleImports {
    const file = (descriptor: number): MemoryFile | undefined => {
      const node = this.#open.get(descriptor)?.node;
      return node instanceof MemoryFile ? node : undefined;
    };
    return {
      fd_prestat_get: (descriptor: number, result: number) =>
        descriptor === ROOT ? this.#u32(result, 0) || this.#u32(result + 4, 1) : ERRNO.badf,
      fd_prestat_dir_name: (_descriptor: number, address: number, length: number) => {
        this.#span(address, length).fill('/'.charCodeAt(0));
        return ERRNO.success;
      },
      fd_close: (descriptor: number) => (this.#open.delete(descriptor) ? ERRNO.success : ERRNO.badf),
      fd_fdstat_get: (descriptor: number, result: number) => {
        const open = this.#open.get(descriptor);
        if (open === undefined && !(descriptor >= 0 && descriptor < ROOT)) return ERRNO.badf;
        this.#span(result, 24).fill(0);
        const node = open?.node;
        const type =
          node === undefined ? CHARACTER_DEVICE : node instanceof MemoryFile ? REGULAR_FILE : DIRECTORY;
        this.#bytes.setUint8(result >>> 0, type);
        this.#u64(result + 8, 0xffff_ffff_ffff_ffffn);
        return this.#u64(result + 16, 0xffff_ffff_ffff_ffffn);
      },
      fd_filestat_get: (descriptor: number, result: number) => {
        const open = this.#open.get(descriptor);
        if (open !== undefined) return this.#nodeStat(result, open.node);
        if (!(descriptor >= 0 && descriptor < ROOT)) return ERRNO.badf;
        return this.#fileStat(result, CHARACTER_DEVICE, 0, 0);
      },
      fd_filestat_set_size: (descriptor: number, size: bigint) => {
        const found = file(descriptor);
        if (found === undefined) return ERRNO.inval;
        found.size = Number(size);
        return ERRNO.success;
      },
      fd_filestat_set_times: () => ERRNO.success,
      fd_seek: (descriptor: number, offset: bigint, whence: number, result: number) => {
        const open = this.#open.get(descriptor);
        if (open === undefined) return descriptor >= 0 && descriptor < ROOT ? ERRNO.spipe : ERRNO.badf;
        if (!(open.node instanceof MemoryFile)) return ERRNO.isdir;
        const base = [0, open.position, open.node.size][whence];
        if (base === undefined || base + Number(offset) < 0) return ERRNO.inval;
        open.position = base + Number(offset);
        return this.#u64(result, BigInt(open.position));
      },
      fd_read: (descriptor: number, vector: number, count: number, result: number) => {
        if (descriptor === 0) return this.#u32(result, 0);
        const open = this.#open.get(descriptor);
        if (open === undefined) return ERRNO.badf;
        if (!(open.node instanceof MemoryFile)) return ERRNO.isdir;
        const read = this.#readAt(open.node, open.position, vector, count);
        open.position += read;
        return this.#u32(result, read);
      },
      fd_pread: (descriptor: number, vector: number, count: number, offset: bigint, result: number) => {
        const found = file(descriptor);
        if (found === undefined) return ERRNO.badf;
        return this.#u32(result, this.#readAt(found, Number(offset), vector, count));
      },
      fd_write: (descriptor: number, vector: number, count: number, result: number) => {
        if (descriptor === 1 || descriptor === 2) {
          const printed = this.#print[descriptor];
          const write = (bytes: Uint8Array): number => printed.push(Uint8Array.from(bytes)) && bytes.length;
          return this.#u32(result, this.#vector(vector, count, write));
        }
        const open = this.#open.get(descriptor);
        if (open === undefined) return ERRNO.badf;
        const { node } = open;
        if (!(node instanceof MemoryFile)) return ERRNO.isdir;
        if (open.append) open.position = node.size;
        const written = this.#vector(vector, count, (bytes) => {
          node.write(open.position, bytes);
          open.position += bytes.length;
          return bytes.length;
        });
        return this.#u32(result, written);
      },
      fd_readdir: (descriptor: number, address: number, length: number, cookie: bigint, result: number) => {
        const node = this.#open.get(descriptor)?.node;
        if (!(node instanceof MemoryDirectory)) return ERRNO.notdir;
        return this.#u32(result, this.#list(node, this.#span(address, length), Number(cookie)));
      },
    };
  }

  /** Fills a buffer with entries of a directory from the given one on; the last may be cut off. */
  #list(directory: MemoryDirectory, buffer: Uint8Array, first: number): number {
    let used = 0;
    for (const [index, [name, node]] of [...directory.entries].entries()) {
      if (index < first) continue;
      if (used === buffer.length) break;
      const text = Buffer.from(name, 'utf8');
      const entry = Buffer.alloc(24 + text.length);
      entry.writeBigUInt64LE(BigInt(index + 1), 0);
      entry.writeBigUInt64LE(BigInt(node.id), 8);
      entry.writeUInt32LE(text.length, 16);
      entry.writeUInt8(node instanceof MemoryFile ? REGULAR_FILE : DIRECTORY, 20);
      entry.set(text, 24);
      const fits = entry.subarray(0, buffer.length - used);
      buffer.set(fits, used);
      used += fits.length;
    }
    return used;
  }

  #paths(): WebAssembly.ModuleImports {
    return {
      path_open: (
        at: number,
        _lookup: number,
        path: number,
        length: number,
        flags: number,
        _base: bigint,
        _inheriting: bigint,
        fdFlags: number,
        result: number,
      ) => {
        const found = this.#lookUp(at, path, length);
        if (found === undefined) return ERRNO.noent;
        let { node } = found;
        if (node === undefined) {
          if ((flags & OPEN.create) === 0 || found.name === '') return ERRNO.noent;
          node = new MemoryFile(0, () => new Uint8Array(0));
          found.parent.entries.set(found.name, node);
        } else if ((flags & OPEN.exclusive) !== 0) {
          return ERRNO.exist;
        }
        if ((flags & OPEN.directory) !== 0 && !(node instanceof MemoryDirectory)) return ERRNO.notdir;
        if ((flags & OPEN.truncate) !== 0 && node instanceof MemoryFile) node.size = 0;
        let descriptor = ROOT;
        while (this.#open.has(descriptor)) descriptor++;
        this.#open.set(descriptor, { node, append: (fdFlags & 1) !== 0, position: 0 });
        return this.#u32(result, descriptor);
      },
      path_filestat_get: (at: number, _lookup: number, path: number, length: number, result: number) => {
        const node = this.#lookUp(at, path, length)?.node;
        return node === undefined ? ERRNO.noent : this.#nodeStat(result, node);
      },
      path_create_directory: (at: number, path: number, length: number) => {
        const found = this.#lookUp(at, path, length);
        if (found === undefined) return ERRNO.noent;
        if (found.node !== undefined) return ERRNO.exist;
        found.parent.entries.set(found.name, new MemoryDirectory());
        return ERRNO.success;
      },
      path_unlink_file: (at: number, path: number, length: number) => {
        const found = this.#lookUp(at, path, length);
        if (found?.node === undefined) return ERRNO.noent;
        if (!(found.node instanceof MemoryFile)) return ERRNO.isdir;
        found.parent.entries.delete(found.name);
        return ERRNO.success;
      },
      path_remove_directory: (at: number, path: number, length: number) => {
        const found = this.#lookUp(at, path, length);
        if (found?.node === undefined) return ERRNO.noent;
        if (!(found.node instanceof MemoryDirectory)) return ERRNO.notdir;
        if (found.node.entries.size > 0) return ERRNO.notempty;
        found.parent.entries.delete(found.name);
        return ERRNO.success;
      },
      path_rename: (
        from: number,
        oldPath: number,
        oldLength: number,
        to: number,
        path: number,
        length: number,
      ) => {
        const source = this.#lookUp(from, oldPath, oldLength);
        const target = this.#lookUp(to, path, length);
        if (source?.node === undefined || target === undefined) return ERRNO.noent;
        source.parent.entries.delete(source.name);
        target.parent.entries.set(target.name, source.node);
        return ERRNO.success;
      },
      path_link: () => ERRNO.nosys,
      path_symlink: () => ERRNO.nosys,
      path_readlink: () => ERRNO.inval,
    };
  }
}
