import { chmodSync, closeSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beginSocketDial } from '../broker/dial.ts';
import { getFlags, setFlags } from '../host/files/files.ts';
import { duplicate, makePipe, makeSharedMemory } from '../host/files/new-descriptors.ts';
import { localAddress } from '../host/sockets/local-address.ts';
import {
  bindSocket,
  listen,
  makeSocket,
  SocketOptionNames,
  setOption,
} from '../host/sockets/socket-setup.ts';
import { check } from '../host/system-error.ts';
import { O_NONBLOCK } from '../linux/open-flags.ts';
import { parseSocketAddress } from '../resources/address.ts';
import { reasonOf } from '../resources/file-kind.ts';
import { ResourceError } from '../resources/mistake.ts';
import type { Arrow, Graph, PublishedArrow } from './graph-types.ts';
import { type ArrowPlaces, channelOf } from './places.ts';
import { isRelayed } from './relayed.ts';

/** Connections that wait at an arrow while its server is replaced. The host may allow fewer (net.core.somaxconn). */
const BACKLOG = 4096;

/** All may connect: the folder above lets no other user in, and a program may run as another user. */
const SOCKET_MODE = 0o666;

/** The descriptors between the programs of a graph. They live as long as the graph runs: a replaced program gets the same. */
export class Wiring {
  readonly #graph: Graph;
  readonly #places: ArrowPlaces;
  readonly #listeners = new Map<string, number>();
  readonly #pipes = new Map<string, { read: number | undefined; write: number | undefined }>();
  readonly #memories = new Map<string, number>();
  readonly #published = new Map<string, { readonly socket: number; readonly arrows: PublishedArrow[] }>();

  /**
   * Makes the sockets of connections, which no other user can reach. Precondition: the folder is this graph's alone.
   *
   * @param previous The wiring of the graph as it runs: what both have stays, with the connections that wait there.
   * @throws ResourceError
   */
  constructor(graph: Graph, places: ArrowPlaces, previous?: Wiring) {
    this.#graph = graph;
    this.#places = places;
    for (const part of ['a', 'i']) {
      const folder = join(places.folder, part);
      if (previous === undefined) rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    }
    try {
      for (const arrow of graph.arrows.values()) this.#prepare(arrow, previous);
    } catch (error) {
      if (previous === undefined) this.close();
      else this.#closeAll();
      throw error;
    }
  }

  #prepare(arrow: Arrow, previous: Wiring | undefined): void {
    if (arrow.kind === 'connection' && arrow.socket !== undefined)
      mkdirSync(this.#places.insideOf(arrow), { recursive: true, mode: 0o700 });
    for (const name of listenersOf(this.#graph, arrow))
      this.#listeners.set(
        name,
        (previous === undefined ? undefined : previous.#known({ name })) ??
          listenAt(this.#places.socketOf({ name }), arrow),
      );
  }

  /** Duplicates the UNIX listener of an arrow that another wiring has, too. */
  #known({ name }: Pick<Arrow, 'name'>): number | undefined {
    const socket = this.#listeners.get(name);
    return socket === undefined ? undefined : duplicate(socket);
  }

  /**
   * Makes all that is left: published addresses, pipes and memory.
   *
   * @throws ResourceError for an address that is taken.
   */
  open(previous?: Wiring): void {
    for (const arrow of this.#graph.arrows.values()) {
      const { name, kind } = arrow;
      const old = previous === undefined ? undefined : previous.#graph.arrows.get(name);
      const same = old?.shape === arrow.shape ? previous : undefined;
      if (kind === 'published') this.#publish(arrow, previous);
      if (kind === 'pipe')
        this.#pipes.set(name, (same === undefined ? undefined : same.#pipeAgain(name)) ?? makePipe());
      if (kind === 'shared_memory')
        this.#memories.set(name, same?.memory(name) ?? makeSharedMemory(arrow.size));
    }
  }

  #pipeAgain(name: string): { read: number | undefined; write: number | undefined } | undefined {
    const ends = this.#pipes.get(name);
    if (ends === undefined) return undefined;
    const again = (end: number | undefined): number | undefined => (end === undefined ? end : duplicate(end));
    return { read: again(ends.read), write: again(ends.write) };
  }

  #publish(arrow: PublishedArrow, previous: Wiring | undefined): void {
    const address = `${arrow.address}:${arrow.port === 0 ? `0 ${arrow.name}` : arrow.port}`;
    const known = this.#published.get(address);
    const before = previous === undefined ? undefined : previous.#published.get(address)?.socket;
    if (known !== undefined) known.arrows.push(arrow);
    else
      this.#published.set(address, {
        socket: before === undefined ? listenOn(arrow) : duplicate(before),
        arrows: [arrow],
      });
  }

  /** Closes everything. The sockets that another wiring goes on with stay, the others are removed. */
  closeFor(next: Wiring): void {
    for (const name of this.#listeners.keys())
      if (!next.#listeners.has(name)) rmSync(this.#places.socketOf({ name }), { force: true });
    this.#closeAll();
  }

  /** The addresses that relays of ours listen on, and those that programs listen on themselves. */
  get published(): readonly { readonly socket: number; readonly arrows: readonly PublishedArrow[] }[] {
    return [...this.#published.values()];
  }

  /** The address at which an arrow is reached; `undefined` for one that is not published. */
  addressOf(arrow: Pick<Arrow, 'name'>): { readonly host: string; readonly port: number } | undefined {
    const found = this.published.find(({ arrows }) => arrows.some(({ name }) => name === arrow.name));
    return found && localAddress(found.socket);
  }

  /**
   * Duplicates the listener of an arrow.
   *
   * @throws Error when the graph has no such listener.
   */
  listener(name: string): number {
    const own = this.#listeners.get(name);
    const socket =
      own ?? this.published.find(({ arrows }) => arrows.some((arrow) => arrow.name === name))?.socket;
    if (socket === undefined) throw new Error(`Nothing listens for arrow '${name}'`);
    return duplicate(socket);
  }

  /** Connects to the server of an arrow. The connection waits there until a server takes it. */
  connect(arrow: Pick<Arrow, 'name'>): number {
    const socket = check(
      beginSocketDial(this.#places.socketOf(arrow)),
      'connect',
      `to arrow '${arrow.name}'`,
    );
    setFlags(socket, getFlags(socket) & ~O_NONBLOCK);
    return socket;
  }

  /** Duplicates an end of a pipe. */
  pipe(name: string, end: 'read' | 'write'): number {
    const descriptor = this.#pipes.get(name)?.[end];
    if (descriptor === undefined) throw new Error(`The ${end} end of arrow '${name}' is closed`);
    return duplicate(descriptor);
  }

  /** Lets the other program find the end of a pipe: this one is not started again. */
  closePipe(name: string, end: 'read' | 'write'): void {
    const ends = this.#pipes.get(name);
    const descriptor = ends?.[end];
    if (ends === undefined || descriptor === undefined) return;
    closeSync(descriptor);
    ends[end] = undefined;
  }

  /** Duplicates the memory of an arrow. */
  memory(name: string): number {
    const descriptor = this.#memories.get(name);
    if (descriptor === undefined) throw new Error(`There is no memory for arrow '${name}'`);
    return duplicate(descriptor);
  }

  /** Closes everything and removes the sockets. */
  close(): void {
    this.#closeAll();
    for (const part of ['a', 'i']) rmSync(join(this.#places.folder, part), { recursive: true, force: true });
  }

  #closeAll(): void {
    for (const socket of this.#listeners.values()) closeSync(socket);
    for (const memory of this.#memories.values()) closeSync(memory);
    for (const { socket } of this.#published.values()) closeSync(socket);
    for (const name of this.#pipes.keys()) {
      this.closePipe(name, 'read');
      this.closePipe(name, 'write');
    }
    for (const map of [this.#listeners, this.#memories, this.#published, this.#pipes]) map.clear();
  }
}

/** The names of the UNIX listeners of an arrow: one, or one for each client of a service. */
function listenersOf(graph: Graph, arrow: Arrow): readonly string[] {
  if (arrow.kind === 'service')
    return 'to' in arrow ? arrow.clients.map((client) => channelOf(arrow, client)) : [];
  return arrow.kind === 'connection' || (arrow.kind === 'published' && isRelayed(graph, arrow))
    ? [arrow.name]
    : [];
}

function listenAt(path: string, arrow: Arrow): number {
  return listening(arrow, () => {
    const socket = check(makeSocket('unix', false), 'socket');
    check(bindSocket(socket, { family: 'unix', path }), 'bind', path);
    chmodSync(path, SOCKET_MODE);
    return socket;
  });
}

function listenOn(arrow: PublishedArrow): number {
  const host = arrow.address.includes(':') ? `[${arrow.address}]` : arrow.address;
  const text = `${host}:${arrow.port}`;
  return listening(arrow, () => {
    const parsed = parseSocketAddress(text, '/');
    if (parsed.problem !== undefined) throw new Error(parsed.problem);
    const socket = check(makeSocket(parsed.address.family, false), 'socket');
    setOption(socket, SocketOptionNames.reuseAddress, 1);
    check(bindSocket(socket, parsed.address), 'bind', text);
    return socket;
  });
}

function listening(arrow: Arrow, make: () => number): number {
  try {
    const socket = make();
    check(listen(socket, BACKLOG), 'listen');
    return socket;
  } catch (error) {
    throw new ResourceError(`Arrow '${arrow.name}' cannot be made: ${reasonOf(error)}`, arrow.position);
  }
}
