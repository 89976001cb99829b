import { closeSync } from 'node:fs';
import { connect, Socket } from 'node:net';
import { getFlags, setFlags } from '../host/files/files.ts';
import { duplicate } from '../host/files/new-descriptors.ts';
import { NativeMemory } from '../host/memory.ts';
import type { ReachedLimit } from '../host/pump/records.ts';
import { sendDescriptors } from '../host/sockets/messages.ts';
import { descriptorOfSocket } from '../host/sockets/node-descriptor.ts';
import {
  bindSocket,
  listen,
  makeSocket,
  SocketOptionNames,
  setOption,
} from '../host/sockets/socket-setup.ts';
import { errnoName, LinuxErrno } from '../linux/errno.ts';
import { O_NONBLOCK } from '../linux/open-flags.ts';
import {
  formatAddress,
  type IpAddress,
  LOOPBACK_ADDRESSES,
  parseAddress,
  sameAddress,
} from '../network/address.ts';
import { decide } from '../network/decide.ts';
import { parseName } from '../network/name.ts';
import type { ConnectionRefusal, FindClient, RefusedTarget } from '../network/refusal.ts';
import { MAX_PORT, type NetworkRule, type NetworkRules, protocols } from '../network/rule.ts';
import type { Attempt, RefusedAttempt } from '../network/verdict.ts';
import type { CarriedSockets } from './carried-sockets.ts';
import { decideNow, dialNow } from './decide-now.ts';
import { beginDial, beginGrantedSocketDial, MOST_TRIES } from './dial.ts';
import { type LocalService, makeServiceEnds } from './local-service.ts';
import { LookUp, type NameServer } from './look-up.ts';
import { RefusalNotes } from './refusal-notes.ts';

/** The parts of a network of a module. */
export type ModuleNetworkOptions = {
  readonly rules: NetworkRules;
  /** Finds the UNIX socket of this host that stands for the hosts of a rule. */
  readonly socketFor: (rule: NetworkRule) => string | undefined;
  /** The server that looks up granted names; `undefined` for the way of the host. */
  readonly resolver: NameServer | undefined;
  readonly onRefused: ((refusal: ConnectionRefusal) => void) | undefined;
  /** The process of the module, for records. */
  readonly process: ConnectionRefusal['process'];
  /** Finds the service of ours that connections of a rule lead to, in place of the host outside. */
  readonly serviceFor?: (rule: NetworkRule) => LocalService | undefined;
  /** Finds the service of ours at a port of the program's own loopback. */
  readonly serviceAt?: (port: number) => LocalService | undefined;
  /** Carries connections within limits; without it, the module gets the connected sockets themselves. */
  readonly carried?: CarriedSockets | undefined;
  /** The addresses and ports that sockets may be bound to; none by default. */
  readonly bind?: readonly NetworkRule[];
};

/** The longest line of a request: two words, a name, a port and an address. */
const MOST_REQUEST = 360;

/** Connections that wait to be accepted, at most (listen(2)). */
const BACKLOG = 128;

/** The most addresses of one answer. */
const MOST_FOUND = 32;

/** Milliseconds until an address that does not answer is given up. */
const PATIENCE = 10_000;

/** Milliseconds until a UNIX socket whose queue is full is tried again. */
const WAIT = 10;

/** A descriptor for the module, addresses, or the name of an error for it. */
type Answer =
  | { readonly descriptor: number }
  | { readonly addresses: readonly IpAddress[] }
  | { readonly error: string };

/** A request of a module. */
type Asked = {
  readonly word: 'connect' | 'find' | 'bind';
  readonly attempt: Attempt;
  /** The one address of the host that is meant; `undefined` for the first one that answers. */
  readonly only: IpAddress | undefined;
};

/**
 * Connects for a WebAssembly module, which can make no socket. The module sends lines `tcp HOST PORT` or `udp HOST PORT`
 * through a UNIX socket; each is answered by one line, in order: `ok` with a connected socket, or the name of an error. An
 * address behind the port is the one of the host that is meant. `find tcp HOST PORT` is answered by the addresses that could be
 * connected to, and `bind tcp ADDRESS PORT` by a socket that is bound and, of TCP, listens.
 */
export class ModuleNetwork {
  readonly #options: ModuleNetworkOptions;
  readonly #socket: number;
  readonly #stream: Socket;
  readonly #lookUp: LookUp;
  readonly #notes: RefusalNotes;
  #text = '';
  #busy = false;

  /** @param socket Host descriptor of our end, which belongs to this object from now on. */
  constructor(socket: number, options: ModuleNetworkOptions) {
    this.#options = options;
    this.#socket = socket;
    this.#lookUp = new LookUp(options.resolver);
    this.#notes = new RefusalNotes(options.onRefused);
    this.#stream = new Socket({ fd: socket, readable: true, writable: true });
    this.#stream.on('error', () => this.close());
    this.#stream.once('close', () => options.carried?.finish());
    this.#stream.on('data', (bytes) => {
      this.#text += bytes.toString('latin1');
      void this.#work();
    });
    // The launcher has no reason to stay for it.
    this.#stream.unref();
  }

  /** The module has ended. */
  close(): void {
    this.#stream.destroy();
  }

  /** Notes that a limit was reached. */
  noteLimit(limit: ReachedLimit): void {
    this.#notes.addLimit(limit);
  }

  /** Notes a request that a service of ours has refused. */
  noteRequest(
    target: Extract<RefusedTarget, { kind: 'request' }>,
    refused: Pick<RefusedAttempt, 'denial' | 'remedy'>,
    findClient: FindClient,
  ): void {
    this.#notes.add(target, findClient, refused);
  }

  /**
   * Connects to a host as a connection of the module would be.
   *
   * @throws Error when no rule allows it, or no address answers.
   */
  dial(attempt: Attempt): Promise<Socket> {
    return dialNow(() => this.#options.rules, this.#lookUp, attempt);
  }

  /** Answers the lines that are there, one after the other. */
  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (;;) {
      const end = this.#text.indexOf('\n');
      if (end > MOST_REQUEST || (end < 0 && this.#text.length > MOST_REQUEST)) return this.close();
      if (end < 0) break;
      const line = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 1);
      // No more is read than what is asked meanwhile.
      this.#stream.pause();
      this.#send(await this.#answer(line));
      this.#stream.resume();
    }
    this.#busy = false;
  }

  #send(answer: Answer): void {
    if (!('descriptor' in answer)) {
      const line =
        'error' in answer ? answer.error : ['ok', ...answer.addresses.map(formatAddress)].join(' ');
      if (!this.#stream.destroyed) this.#stream.write(`${line}\n`);
      return;
    }
    if (!this.#stream.destroyed) sendDescriptors(this.#socket, okLine(), [answer.descriptor]);
    closeSync(answer.descriptor);
  }

  async #answer(line: string): Promise<Answer> {
    const asked = readRequest(line);
    if (asked === undefined) return { error: 'EINVAL' };
    const { word, attempt } = asked;
    if (word === 'bind') return this.#bind(attempt);
    if (word === 'find') return this.#connect(asked);
    const made = this.#serve(attempt) ?? (await this.#connect(asked));
    const { carried } = this.#options;
    return 'descriptor' in made && carried !== undefined
      ? carried.carry(made.descriptor, attempt.protocol)
      : made;
  }

  /** Connects to a service of ours, where a rule or a port of the loopback has one. */
  #serve({ host, port, protocol }: Attempt): Answer | undefined {
    if (protocol !== 'tcp') return undefined;
    const { rules, serviceFor, serviceAt } = this.#options;
    const name = host.kind === 'name' ? host.name : undefined;
    const isLocal =
      host.kind === 'name'
        ? name === 'localhost'
        : LOOPBACK_ADDRESSES.some((one) => sameAddress(one, host.address));
    const own = isLocal ? serviceAt?.(port) : undefined;
    const verdict = own === undefined ? decide(rules, { host, port, protocol }) : undefined;
    const service =
      own ?? (verdict === undefined || verdict.kind === 'refused' ? undefined : serviceFor?.(verdict.rule));
    if (service === undefined) return undefined;
    const { theirs, socket } = makeServiceEnds();
    service(socket, { name, port }, () => this.#options.process);
    return { descriptor: theirs };
  }

  /** Connects to a granted host, or finds its addresses. */
  async #connect({ word, attempt, only }: Asked): Promise<Answer> {
    const first = word === 'connect' ? decide(this.#options.rules, attempt) : undefined;
    const path =
      first === undefined || first.kind === 'refused' ? undefined : this.#options.socketFor(first.rule);
    if (path !== undefined) return this.#dialSocket(path);
    const verdict = await decideNow(() => this.#options.rules, this.#lookUp, attempt);
    if (verdict.kind === 'refused') return this.#refuse(attempt, verdict);
    const addresses = verdict.addresses.filter((one) => only === undefined || sameAddress(one, only));
    if (word === 'find') return { addresses: addresses.slice(0, MOST_FOUND) };
    let error = 'EHOSTUNREACH';
    for (const address of addresses.slice(0, MOST_TRIES)) {
      const found =
        attempt.protocol === 'udp' ? dialDatagrams(address, attempt.port) : await dial(address, attempt.port);
      if ('descriptor' in found) return found;
      if ('error' in found) ({ error } = found);
    }
    return { error };
  }

  /** Connects to a UNIX socket. One that is full is tried again, as connect(2) would wait for it. */
  async #dialSocket(path: string): Promise<Answer> {
    for (let waited = 0; ; waited += WAIT) {
      const socket = beginGrantedSocketDial(path);
      if (socket >= 0) return { descriptor: blocking(socket) };
      if (socket !== -LinuxErrno.EAGAIN || waited >= PATIENCE) return { error: errnoName(-socket) };
      await new Promise((resolve) => setTimeout(resolve, WAIT));
    }
  }

  #bind(attempt: Attempt): Answer {
    const rules = { allow: this.#options.bind ?? [], except: [] };
    const verdict = decide(rules, attempt);
    const [address] = verdict.kind === 'allowed' ? verdict.addresses : [];
    if (address === undefined || attempt.host.kind !== 'address') return { error: 'EACCES' };
    const { family, bytes } = address;
    const isDatagram = attempt.protocol === 'udp';
    const socket = makeSocket(family, isDatagram);
    if (socket < 0) return { error: errnoName(-socket) };
    if (!isDatagram) setOption(socket, SocketOptionNames.reuseAddress, 1);
    let result = bindSocket(socket, { family, host: Uint8Array.from(bytes), port: attempt.port });
    if (result === 0 && !isDatagram) result = listen(socket, BACKLOG);
    if (result === 0) return { descriptor: socket };
    closeSync(socket);
    return { error: errnoName(-result) };
  }

  #refuse(attempt: Attempt, { denial, remedy }: RefusedAttempt): Answer {
    const { host, port, protocol } = attempt;
    const name = host.kind === 'name' ? host.name : undefined;
    const address = host.kind === 'address' ? host.address : undefined;
    const target = { kind: 'connection', name, address, port, protocol } as const;
    this.#notes.add(target, () => this.#options.process, { denial, remedy });
    return { error: denial.kind === 'unknown-name' ? 'ENOENT' : 'EACCES' };
  }
}

const REQUEST = /^(?:(find|bind) )?(\w+) (\S+) (\d{1,5})(?: (\S+))?$/;

/** Reads a line; `undefined` without a host and a port. */
function readRequest(line: string): Asked | undefined {
  const [, word = 'connect', protocolText, text = '', digits, onlyText] = REQUEST.exec(line) ?? [];
  const protocol = protocols.find((known) => known === protocolText);
  const port = Number(digits);
  const only = onlyText === undefined ? undefined : parseAddress(onlyText);
  if (
    protocol === undefined ||
    !(port >= 1 && port <= MAX_PORT) ||
    (onlyText !== undefined && only === undefined)
  )
    return undefined;
  const host = readHost(text);
  if (host === undefined || (word !== 'connect' && word !== 'find' && word !== 'bind')) return undefined;
  return { word, attempt: { host, port, protocol }, only };
}

function readHost(text: string): Attempt['host'] | undefined {
  const address = parseAddress(text);
  if (address !== undefined) return { kind: 'address', address };
  const parsed = parseName(text);
  return 'name' in parsed ? { kind: 'name', name: parsed.name } : undefined;
}

/** Connects to an address by TCP, without waiting in this thread. */
function dial(address: IpAddress, port: number): Promise<Answer> {
  return new Promise((resolve) => {
    const socket = connect({ host: formatAddress(address), port });
    const finish = (answer: Answer): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(PATIENCE, () => finish({ error: 'ETIMEDOUT' }));
    socket.once('error', (error) => finish({ error: 'code' in error ? String(error.code) : 'EIO' }));
    socket.once('connect', () => {
      const descriptor = descriptorOfSocket(socket);
      finish(descriptor === undefined ? { error: 'EIO' } : { descriptor: blocking(duplicate(descriptor)) });
    });
  });
}

/** A socket for datagrams that has a peer is connected at once. */
function dialDatagrams(address: IpAddress, port: number): Answer {
  const descriptor = beginDial({ address, port, protocol: 'udp' }, false);
  return descriptor < 0 ? { error: errnoName(-descriptor) } : { descriptor: blocking(descriptor) };
}

/** Modules wait in their calls, as on sockets that are granted to them. */
function blocking(descriptor: number): number {
  setFlags(descriptor, getFlags(descriptor) & ~O_NONBLOCK);
  return descriptor;
}

/** The answer that goes with a socket, as an array of one `struct iovec`. Memory that is mapped stays. */
let okMemory: NativeMemory | undefined;

const OK = 'ok\n';
const IOVEC = 16;

function okLine(): Uint8Array {
  okMemory ??= new NativeMemory(OK.length);
  okMemory.bytes.set(Buffer.from(OK), 0);
  const vector = Buffer.alloc(IOVEC);
  vector.writeBigUInt64LE(BigInt(okMemory.address), 0);
  vector.writeBigUInt64LE(BigInt(OK.length), 8);
  return vector;
}
