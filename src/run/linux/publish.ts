import { closeSync, fstatSync, openSync, statSync } from 'node:fs';
import { makePipe } from '../../host/files/new-descriptors.ts';
import {
  bindSocket,
  listen,
  makeSocket,
  SocketOptionNames,
  setOption,
} from '../../host/sockets/socket-setup.ts';
import { check } from '../../host/system-error.ts';
import { reasonOf } from '../../resources/file-kind.ts';
import { ResourceError } from '../../resources/mistake.ts';
import type { PublishedPort } from '../../resources/network.ts';
import { Relay } from '../../worlds/relay.ts';

const LOOPBACK = Uint8Array.of(127, 0, 0, 1);
const BACKLOG = 128;

/** The pause between two looks for the namespace of a new process, in milliseconds, and their number. */
const PAUSE = 1;
const ATTEMPTS = 10_000;

/** The pause between two looks for the end of a relay, which then could not begin, in milliseconds. */
const LOOK = 500;

type Listener = PublishedPort & { readonly socket: number };

/** The ports of a program that this host's loopback leads to, from before it starts until it has ended. */
export class PublishedPorts {
  readonly #listeners: Listener[] = [];
  readonly #relays: Relay[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** Closes with this process, and the relays with it. */
  #alive: { readonly read: number; readonly write: number } | undefined;
  #closed = false;

  /**
   * Listens, so that it is known before anything starts whether the ports are free. Connections wait until `lead`.
   *
   * @throws ResourceError when a port is taken; nothing stays open then.
   */
  constructor(ports: readonly PublishedPort[]) {
    try {
      for (const port of ports) this.#listeners.push({ ...port, socket: listenAt(port.hostPort) });
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * Forwards connections to a program as soon as it has its network.
   *
   * @param pid Host process id of the program's first process.
   * @param onFailure Called once, when it cannot forward, or not any more.
   */
  lead(pid: number, onFailure: (reason: string) => void, attempt = 0): void {
    if (this.#closed || this.#listeners.length === 0) return;
    try {
      const namespace = openOther(`/proc/${pid}/ns/net`, '/proc/self/ns/net');
      if (namespace !== undefined) this.#start(pid, namespace, onFailure);
      else if (attempt === ATTEMPTS) onFailure('it never got its network');
      else this.#timer = setTimeout(() => this.lead(pid, onFailure, attempt + 1), PAUSE);
    } catch (error) {
      // A program that is gone already has nothing to lead to.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) onFailure(reasonOf(error));
    }
  }

  /** Ends all connections and lets go of the ports. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const relay of this.#relays.splice(0)) relay.end();
    for (const { socket } of this.#listeners.splice(0)) closeSync(socket);
    if (this.#alive !== undefined) {
      closeSync(this.#alive.read);
      closeSync(this.#alive.write);
    }
    this.#alive = undefined;
  }

  #start(pid: number, networkNamespace: number, onFailure: (reason: string) => void): void {
    let userNamespace: number | undefined;
    try {
      userNamespace = openOther(`/proc/${pid}/ns/user`, '/proc/self/ns/user');
      const alive = makePipe();
      this.#alive = alive;
      for (const { socket, port } of this.#listeners)
        this.#relays.push(
          new Relay({
            listening: socket,
            port,
            networkNamespace,
            alive: alive.read,
            ...(userNamespace !== undefined && { userNamespace }),
          }),
        );
    } finally {
      closeSync(networkNamespace);
      if (userNamespace !== undefined) closeSync(userNamespace);
    }
    this.#timer = setInterval(() => {
      if (!this.#relays.some((relay) => relay.hasEnded)) return;
      clearInterval(this.#timer);
      onFailure('the host does not let us into its network, or the process that forwards there has ended');
    }, LOOK);
    this.#timer.unref();
  }
}

function listenAt(port: number): number {
  let socket: number | undefined;
  const address = { family: 'ipv4', host: LOOPBACK, port } as const;
  try {
    socket = check(makeSocket('ipv4', false), 'socket');
    check(setOption(socket, SocketOptionNames.reuseAddress, 1), 'setsockopt');
    check(bindSocket(socket, address), 'bind');
    check(listen(socket, BACKLOG), 'listen');
    return socket;
  } catch (error) {
    if (socket !== undefined) closeSync(socket);
    throw new ResourceError(`Cannot publish at 127.0.0.1:${port}: ${reasonOf(error)}`, undefined, 'network');
  }
}

/** Opens a namespace unless it is our own. */
function openOther(path: string, own: string): number | undefined {
  const descriptor = openSync(path, 'r');
  if (fstatSync(descriptor).ino !== statSync(own).ino) return descriptor;
  closeSync(descriptor);
  return undefined;
}
