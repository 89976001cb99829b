import type { PassThrough, Readable, Writable } from 'node:stream';
import { Filetype } from '../abi/generated/constants.ts';
import { makePipe } from '../host/files/new-descriptors.ts';
import { type PipeEnd, pipeRights } from './pipe.ts';
import { type Checked, type OpenedResource, Resource } from './resource.ts';

/*
 * Networking and streams are loaded when the first pipe is made: commands have no use for them, and they take time.
 */

/**
 * A pipe between the program and the caller of the API. The program gets one end as a descriptor, the caller the
 * other as a stream, which works from the start: bytes written before the program runs wait for it.
 *
 * @example
 * ```ts
 * const output = pipe('write'); // the program writes, we read
 * const server = launch('hello.wasm', { output });
 * for await (const chunk of output.stream) process.stdout.write(chunk);
 * await server.exited; // a program whose handle was collected is ended
 * ```
 */
export class CallerPipe<End extends PipeEnd = PipeEnd> extends Resource {
  readonly kind = 'pipe';
  /** The end that the program gets. */
  readonly end: End;
  /** The other end: to read from when the program writes, to write to when it reads. */
  readonly stream: End extends 'write' ? Readable : Writable;
  readonly #between: PassThrough;
  #opened = false;

  /** @param end The end that the program gets. */
  constructor(end: End, asStream: (stream: PassThrough) => End extends 'write' ? Readable : Writable) {
    super(undefined);
    this.end = end;
    this.#between = new (globalThis.process.getBuiltinModule('node:stream').PassThrough)();
    this.stream = asStream(this.#between);
    Object.freeze(this);
  }

  override check(): Checked {
    const other = this.end === 'read' ? 'writes' : 'reads';
    const description = `The ${this.end} end of a pipe, the caller ${other}`;
    return { description, type: Filetype.unknown, ...pipeRights(this.end) };
  }

  /** @throws Error when it has been opened before: one pipe serves one program. */
  override open(): OpenedResource {
    if (this.#opened) throw new Error('This pipe was given to a program before, make a new one for each');
    this.#opened = true;
    const ends = makePipe();
    const between = this.#between;
    const reads = this.end === 'write';
    const { Socket } = globalThis.process.getBuiltinModule('node:net');
    const ours = new Socket({ fd: reads ? ends.read : ends.write, readable: reads, writable: !reads });
    if (reads) ours.pipe(between);
    else between.pipe(ours);
    ours.on('error', (error) => between.destroy(error));
    between.on('close', () => ours.destroy());
    const undo = (): void => {
      ours.destroy();
      between.destroy();
    };
    return { host: ends[this.end], type: Filetype.unknown, ...pipeRights(this.end), undo };
  }
}
