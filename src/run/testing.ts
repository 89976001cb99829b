/**
 * Runs programs in the process of their tests, unconfined, with fakes or real resources for what they would be handed.
 *
 * ```ts
 * await using app = run(server, { listen, site: temporaryDirectory({ 'index.html': 'Hello' }) });
 * ```
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { NativeMemory } from '../host/memory.ts';
import { localAddress } from '../host/sockets/local-address.ts';
import { makePair, SocketPair } from '../host/sockets/sockets.ts';
import { check } from '../host/system-error.ts';
import { useful } from '../kernel/new-process.ts';
import { Descriptor } from '../program/descriptor.ts';
import { type Granted, objectOf } from '../program/objects.ts';
import type { Program } from '../program/program.ts';
import { ProgramWorld } from '../program/program-world.ts';
import { ServedEnd } from '../program/served-end.ts';
import { file, socket } from '../resources/constructors.ts';
import type { FileResource } from '../resources/file.ts';
import { HeldFiles } from '../resources/held-files.ts';
import { Mistakes } from '../resources/mistake.ts';
import { ModuleServiceResource } from '../resources/module-service.ts';
import {
  type Checked,
  type OpenedChannel,
  type OpenedChild,
  type OpenedResource,
  Resource,
} from '../resources/resource.ts';
import type { PresetName, RightName } from '../resources/rights.ts';
import { ServiceResource } from '../resources/service-resource.ts';
import { ServiceChannel } from '../services/client/channel.ts';
import { AnyServiceClient } from '../services/client/client.ts';
import { ControlledProcess } from '../services/client/controlled-process.ts';
import { OUTSIDE } from '../services/outside.ts';
import { startChildren } from './children.ts';
import { startServices } from './services.ts';

/** A program that runs in this process. */
export type Run = {
  /** Resolves when the program's function has returned; a server goes on after that. */
  readonly finished: Promise<void>;
  /** Closes everything the program was handed, servers that listen included. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/**
 * Runs a program with a value as its argdata. Resources in it (`file()`, `socket()`, `pipe()` and so on) are opened and
 * become the objects they are in a confined process, with the same rights; everything else, such as a stream made by
 * the test, arrives as it is.
 *
 * The program's own code is not confined: that is for `launch`.
 *
 * @throws ConfigurationError when a resource cannot be opened.
 */
export function run(program: Program, argdata: unknown): Run {
  const services = new Map<number, string>();
  const processes = new Set<number>();
  const world = new ProgramWorld([], undefined, undefined, services, processes);
  const handed: Granted[] = [];
  const known = new Map<Resource, Granted>();
  const value = replace(argdata, '', (resource, place) => {
    const object =
      known.get(resource) ??
      objectOf({ world, number: open(resource, place, { world, services, processes }), label: place });
    known.set(resource, object);
    handed.push(object);
    return object;
  });
  const close = async (): Promise<void> => {
    for (const object of handed.splice(0)) {
      if (
        object instanceof AnyServiceClient ||
        object instanceof ServiceChannel ||
        object instanceof ControlledProcess
      )
        object.close();
      else if (object instanceof Descriptor) await object.close();
      else if (!(object instanceof ServedEnd)) object.destroy();
    }
  };
  return { finished: program.run(value), close, [Symbol.asyncDispose]: close };
}

/** The world of a program under test, and what the numbers in it are. */
type TestedWorld = {
  readonly world: ProgramWorld;
  readonly services: Map<number, string>;
  readonly processes: Set<number>;
};

function open(resource: Resource, place: string, { world, services, processes }: TestedWorld): number {
  const files = new HeldFiles();
  try {
    const number = openWith(files, resource, place, world);
    if (resource instanceof ServiceResource) services.set(number, resource.service.name);
    if (resource instanceof ModuleServiceResource) services.set(number, OUTSIDE);
    if (resource.kind === 'process') processes.add(number);
    return number;
  } finally {
    files.close();
  }
}

function openWith(files: HeldFiles, resource: Resource, place: string, world: ProgramWorld): number {
  const mistakes = new Mistakes();
  const checked = resource.check({ program: undefined, files, mistakes, place, warn: () => undefined });
  mistakes.throwIfAny();
  if (checked === undefined) throw new TypeError(`${resource.label()} cannot be granted`);
  const nothing = { path: '', device: 0n, inode: 0n, size: 0n, changed: 0n };
  const channels: OpenedChannel[] = [];
  const children: OpenedChild[] = [];
  const { host, type, base, inheriting } = resource.open(
    { program: nothing, files, pipes: new Map(), networks: [], channels, children },
    checked.type,
  );
  if (channels.length > 0) startServices(channels, { accept: [] });
  startChildren(children, []);
  return world.process.descriptors.add(useful({ host, type, base, inheriting, grant: 0 }));
}

function replace(
  value: unknown,
  place: string,
  leaf: (resource: Resource, place: string) => Granted,
): unknown {
  if (value instanceof Resource) return leaf(value, place === '' ? 'the argument' : place);
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => replace(item, `${place}[${index}]`, leaf));
  }
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      replace(item, place === '' ? key : `${place}.${key}`, leaf),
    ]),
  );
}

const temporary: string[] = [];

/**
 * A directory that is removed when this process ends.
 *
 * @param files Contents of files, by their paths.
 * @param rights Its rights; all that a directory can be granted with by default.
 */
export function temporaryDirectory(
  files: Readonly<Record<string, string | Uint8Array>> = {},
  rights: readonly (PresetName | RightName)[] = ['read', 'write', 'create', 'remove'],
): FileResource {
  const folder = mkdtempSync(join(tmpdir(), 'cloudabi-'));
  if (temporary.length === 0) {
    process.once('exit', () => {
      for (const each of temporary) rmSync(each, { recursive: true, force: true });
    });
  }
  temporary.push(folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return file(folder, { rights });
}

/** Two sockets that are connected to each other: one for the program, one for the test. */
export function socketPair(): [Socket, Socket] {
  const ends = new NativeMemory(8);
  check(makePair(SocketPair.stream, ends.address), 'socketpair');
  const one = (at: number): Socket =>
    new Socket({ fd: ends.view.getInt32(at, true), readable: true, writable: true, allowHalfOpen: true });
  return [one(0), one(4)];
}

/** A socket that listens at a free port of this machine alone, and says where. */
export class LocalListener extends Resource {
  readonly kind = 'socket';
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly #opened: OpenedResource;

  constructor() {
    super(undefined);
    this.#opened = socket({ bind: '127.0.0.1:0' }).open();
    const { host, port } = localAddress(this.#opened.host) ?? { host: '', port: 0 };
    this.url = `http://${host}:${port}`;
  }

  override check(): Checked {
    const { type, base, inheriting } = this.#opened;
    return { description: this.url, type, base, inheriting };
  }

  override open(): OpenedResource {
    return this.#opened;
  }
}

/** A socket that listens at a free port of this machine alone. */
export function localListener(): LocalListener {
  return new LocalListener();
}

/** A stream that collects its bytes: `text()` returns them. */
export class Sink extends Writable {
  readonly #chunks: Buffer[] = [];

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.#chunks.push(chunk);
    done();
  }

  /** Gives all that has been written so far. */
  text(): string {
    return Buffer.concat(this.#chunks).toString();
  }
}

/** A stream that collects its bytes. */
export function sink(): Sink {
  return new Sink();
}

/** A stream that gives a text. */
export function source(text: string): Readable {
  return Readable.from([Buffer.from(text)], { objectMode: false });
}
