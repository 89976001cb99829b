import * as fs from 'node:fs';
import { createReadStream, createWriteStream, ftruncate, type ReadStream, type WriteStream } from 'node:fs';
import type { Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import { Fsflags } from '../abi/generated/constants.ts';
import { getAttributes, setTimes } from '../kernel/files.ts';
import { R } from '../kernel/rights.ts';
import { Descriptor, placeOf } from './descriptor.ts';
import { Status } from './status.ts';

const truncate = promisify(ftruncate);
const sync = promisify(fs.fsync);
const datasync = promisify(fs.fdatasync);

/** Data that can be written: text is written as UTF-8 unless said otherwise. */
export type Data = string | NodeJS.ArrayBufferView;

/** The bytes that are read at once when the size is not known. */
const CHUNK = 0x10000;

/** Part of a file, in bytes; `end` belongs to it. */
export type Range = { readonly start?: number; readonly end?: number };

/**
 * An open file, device or terminal, with the methods of Node's `FileHandle`. Each needs its rights: reading `fd_read`,
 * reading at a position `fd_seek` too, and so on.
 */
export class File extends Descriptor {
  /**
   * The host's number, for functions of Node that take one. It stays this object's: do not close it, and keep the
   * object as long as the number is used.
   */
  get fd(): number {
    return this.require('fd_stat_get', 0);
  }

  /** The access that the program has. */
  get access(): { readonly read: boolean; readonly write: boolean } {
    const { world, number } = placeOf(this);
    const low = world.process.descriptors.baseLow(number);
    return { read: (low & R.fd_read) !== 0, write: (low & R.fd_write) !== 0 };
  }

  /**
   * Reads into a buffer.
   *
   * @param position The place in the file; by default the end of the last read or write.
   */
  read<Buffer extends NodeJS.ArrayBufferView>(
    buffer: Buffer,
    offset = 0,
    length: number = buffer.byteLength - offset,
    position: number | null = null,
  ): Promise<{ bytesRead: number; buffer: Buffer }> {
    const rights = R.fd_read | (position === null ? 0 : R.fd_seek);
    return this.use(position === null ? 'fd_read' : 'fd_pread', rights, (host) =>
      promise((done) => fs.read(host, buffer, offset, length, position, done)).then((bytesRead) => ({
        bytesRead,
        buffer,
      })),
    );
  }

  /** Reads into several buffers, one after the other. */
  readv<Buffers extends readonly NodeJS.ArrayBufferView[]>(
    buffers: Buffers,
    position: number | null = null,
  ): Promise<{ bytesRead: number; buffers: Buffers }> {
    const rights = R.fd_read | (position === null ? 0 : R.fd_seek);
    return this.use(position === null ? 'fd_read' : 'fd_pread', rights, (host) =>
      promise((done) => readv(host, [...buffers], position, done)).then((bytesRead) => ({
        bytesRead,
        buffers,
      })),
    );
  }

  /** Reads the rest, from where the last read ended, as bytes or as text. */
  readFile(): Promise<Buffer>;
  readFile(encoding: BufferEncoding | { readonly encoding: BufferEncoding }): Promise<string>;
  async readFile(options?: BufferEncoding | { readonly encoding: BufferEncoding }): Promise<Buffer | string> {
    const encoding = typeof options === 'object' ? options.encoding : options;
    const chunks: Buffer[] = [];
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK);
      const { bytesRead } = await this.read(chunk);
      if (bytesRead === 0) break;
      chunks.push(chunk.subarray(0, bytesRead));
    }
    const all = Buffer.concat(chunks);
    return encoding === undefined ? all : all.toString(encoding);
  }

  /**
   * Writes some data, all of it.
   *
   * @param position The place in the file; by default the end of the last read or write.
   */
  async write(
    data: Data,
    position: number | null = null,
    encoding: BufferEncoding = 'utf8',
  ): Promise<{ bytesWritten: number; buffer: Data }> {
    const bytes = bytesOf(data, encoding);
    const rights = R.fd_write | (position === null ? 0 : R.fd_seek);
    await this.use(position === null ? 'fd_write' : 'fd_pwrite', rights, async (host) => {
      for (let at = 0; at < bytes.length; ) {
        const from = at;
        const where = position === null ? null : position + from;
        at += await promise((done) => fs.write(host, bytes, from, bytes.length - from, where, done));
      }
    });
    return { bytesWritten: bytes.length, buffer: data };
  }

  /** Writes several buffers, one after the other. */
  async writev(
    buffers: readonly NodeJS.ArrayBufferView[],
    position: number | null = null,
  ): Promise<{ bytesWritten: number }> {
    const all = Buffer.concat(buffers.map((buffer) => bytesOf(buffer, 'utf8')));
    const { bytesWritten } = await this.write(all, position);
    return { bytesWritten };
  }

  /** Writes data where the last read or write ended. */
  async writeFile(data: Data, encoding: BufferEncoding = 'utf8'): Promise<void> {
    await this.write(data, null, encoding);
  }

  /** The same: a file that was opened for appending adds to its end. */
  async appendFile(data: Data, encoding: BufferEncoding = 'utf8'): Promise<void> {
    await this.write(data, null, encoding);
  }

  /** Cuts the file, or fills it up with zeros. */
  truncate(size = 0): Promise<void> {
    return this.use('file_stat_fput', R.file_stat_fput_size, (host) => truncate(host, size));
  }

  /** Data and attributes reach the disk. */
  sync(): Promise<void> {
    return this.use('fd_sync', R.fd_sync, (host) => sync(host));
  }

  /** Data reaches the disk. */
  datasync(): Promise<void> {
    return this.use('fd_datasync', R.fd_datasync, (host) => datasync(host));
  }

  /** Size, times and identity. */
  async stat(): Promise<Status> {
    const { world, number, label } = placeOf(this);
    this.require('file_stat_fget', R.file_stat_fget);
    world.check(getAttributes(world.process, number), 'file_stat_fget', label);
    return new Status(world.process.attributes);
  }

  /** Sets the times of last access and last change; numbers are seconds since 1970. */
  async utimes(accessed: Date | number, modified: Date | number): Promise<void> {
    const { world, number, label } = placeOf(this);
    this.require('file_stat_fput', R.file_stat_fput_times);
    const result = setTimes(
      world.process,
      number,
      nanoseconds(accessed),
      nanoseconds(modified),
      Fsflags.atim | Fsflags.mtim,
    );
    world.check(result, 'file_stat_fput', label);
  }

  /** A stream of the file's bytes. The file is closed when the stream ends, unless `autoClose` is false. */
  createReadStream(
    options: Range & { readonly encoding?: BufferEncoding; readonly autoClose?: boolean } = {},
  ): ReadStream {
    const { autoClose = true, ...rest } = options;
    const fd = this.require('fd_read', R.fd_read);
    const stream = createReadStream('', { ...rest, fd, autoClose: false, emitClose: true });
    if (autoClose) closeAfter(stream, this);
    return stream;
  }

  /** A stream into the file. The file is closed when the stream ends, unless `autoClose` is false. */
  createWriteStream(options: { readonly start?: number; readonly autoClose?: boolean } = {}): WriteStream {
    const { autoClose = true, ...rest } = options;
    const fd = this.require('fd_write', R.fd_write);
    const stream = createWriteStream('', { ...rest, fd, autoClose: false, emitClose: true });
    if (autoClose) closeAfter(stream, this);
    return stream;
  }

  /** The lines of a text file. */
  readLines(): Interface {
    return globalThis.process.getBuiltinModule('node:readline').createInterface({
      input: this.createReadStream(),
      crlfDelay: Number.POSITIVE_INFINITY,
    });
  }
}

/** Streams that do not close by themselves do not end by themselves either. */
function closeAfter(stream: Readable | Writable, file: File): void {
  globalThis.process
    .getBuiltinModule('node:stream')
    .finished(stream, () => void file.close().catch(() => undefined));
}

type Done = (error: Error | null, count: number) => void;

function readv(host: number, buffers: NodeJS.ArrayBufferView[], position: number | null, done: Done): void {
  if (position === null) fs.readv(host, buffers, done);
  else fs.readv(host, buffers, position, done);
}

function bytesOf(data: Data, encoding: BufferEncoding): Buffer {
  return typeof data === 'string'
    ? Buffer.from(data, encoding)
    : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

/** Nanoseconds since 1970 of a date or of seconds. */
export function nanoseconds(time: Date | number): bigint {
  return typeof time === 'number'
    ? BigInt(Math.round(time * 1e6)) * 1000n
    : BigInt(time.getTime()) * 1_000_000n;
}

function promise(start: (done: Done) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    start((error, count) => (error === null ? resolve(count) : reject(error)));
  });
}
