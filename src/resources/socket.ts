import { lstatSync, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { Filetype } from '../abi/generated/constants.ts';
import { close } from '../host/files/files.ts';
import type { SocketKind } from '../host/sockets/socket-kind.ts';
import {
  bindSocket,
  connectSocket,
  listen,
  makeSocket,
  type SocketAddress,
  SocketOptionNames,
  setOption,
} from '../host/sockets/socket-setup.ts';
import { check } from '../host/system-error.ts';
import { LinuxErrno } from '../linux/errno.ts';
import { isWildcard, parseSocketAddress } from './address.ts';
import { Fields, type ReadContext } from './fields.ts';
import { look } from './file-kind.ts';
import type { Position } from './position.ts';
import { type CheckContext, type Checked, type OpenedResource, Resource } from './resource.ts';
import type { GrantedRights } from './rights.ts';
import { connectedRights, datagramRights, listeningRights } from './socket-rights.ts';
import { quote, type Written } from './written.ts';

/** A socket grant as it was written. */
export type SocketGrant = {
  /** `bind` waits at the address, `connect` calls it. */
  readonly use: 'bind' | 'connect';
  readonly address: SocketAddress;
  /** The address for people, as it will be used. */
  readonly text: string;
  readonly protocol: Protocol;
  /** The most connections that may wait to be accepted. */
  readonly backlog: number;
  readonly reuseAddress: boolean;
  readonly reusePort: boolean;
  /** An IPv6 address takes no IPv4 connections. */
  readonly ipv6Only: boolean;
  readonly position: Position | undefined;
  readonly addressPosition: Position | undefined;
};

/** `tcp` and `udp` over the network, `stream` and `datagram` for UNIX sockets. */
export type Protocol = 'tcp' | 'udp' | 'stream' | 'datagram';

/** The connections that may wait to be accepted by default. The host may allow fewer (net.core.somaxconn). */
const DEFAULT_BACKLOG = 128;
const MAX_BACKLOG = 65535;

/** Connecting gives up after this many seconds. */
const CONNECT_SECONDS = 10;

/** `!socket`: one that listens or is bound, or one that is connected, before the program starts. */
export class SocketResource extends Resource {
  readonly kind = 'socket';
  readonly grant: SocketGrant;

  constructor(grant: SocketGrant) {
    super(grant.position);
    this.grant = Object.freeze(grant);
    Object.freeze(this);
  }

  get #datagram(): boolean {
    return this.grant.protocol === 'udp' || this.grant.protocol === 'datagram';
  }

  #rights(): GrantedRights {
    const { use, address } = this.grant;
    const unix = address.family === 'unix';
    if (this.#datagram) return datagramRights(use === 'connect', unix);
    return use === 'bind' ? listeningRights(unix) : connectedRights(unix);
  }

  get #type(): Filetype {
    return this.#datagram ? Filetype.socket_dgram : Filetype.socket_stream;
  }

  override check({ mistakes, place, warn }: CheckContext): Checked | undefined {
    const { use, address, text, protocol, addressPosition } = this.grant;
    if (address.family === 'unix') {
      const problem =
        use === 'bind' ? bindProblem(address.path, this.grant.reuseAddress) : connectProblem(address.path);
      if (problem !== undefined) {
        mistakes.add(`Cannot ${use} ${quote(address.path)}: ${problem}`, addressPosition, place);
        return undefined;
      }
    } else if (use === 'bind' && isWildcard(address)) {
      warn(`${text} accepts clients of every network of this machine; 127.0.0.1 accepts only this machine's`);
    }
    const verb = use === 'connect' ? 'Connected to' : this.#datagram ? 'Bound to' : 'Listens on';
    const kind = address.family === 'unix' ? `UNIX ${protocol}` : protocol.toUpperCase();
    return { description: `${verb} ${text} (${kind})`, type: this.#type, ...this.#rights() };
  }

  override label(): string {
    return this.grant.text;
  }

  override get handedSocket(): SocketKind {
    const { protocol, use } = this.grant;
    return { protocol, listening: use === 'bind' && !this.#datagram, connected: use === 'connect' };
  }

  override open(): OpenedResource {
    const { address, text, use } = this.grant;
    const host = check(makeSocket(address.family, this.#datagram), 'socket');
    try {
      if (use === 'bind') this.#bind(host);
      else check(connectSocket(host, address, CONNECT_SECONDS), 'connect', text);
    } catch (error) {
      close(host);
      throw error;
    }
    const opened = { host, type: this.#type, ...this.#rights() };
    if (use === 'connect' || address.family !== 'unix') return opened;
    return { ...opened, undo: () => unlinkSync(address.path) };
  }

  #bind(host: number): void {
    const { address, text, backlog, reuseAddress, reusePort, ipv6Only } = this.grant;
    const set = (option: keyof typeof SocketOptionNames, on: boolean): void => {
      check(setOption(host, SocketOptionNames[option], on ? 1 : 0), 'setsockopt', text);
    };
    if (address.family !== 'unix') {
      set('reuseAddress', reuseAddress);
      set('reusePort', reusePort);
    }
    if (address.family === 'ipv6') set('ipv6Only', ipv6Only);
    if (address.family === 'unix' && reuseAddress) this.#removeLeft(address.path);
    check(bindSocket(host, address), 'bind', text);
    if (this.#datagram) return;
    try {
      check(listen(host, backlog), 'listen', text);
    } catch (error) {
      if (address.family === 'unix') unlinkSync(address.path);
      throw error;
    }
  }

  /** Removes the file of a socket of an earlier process, at which nothing listens any more. */
  #removeLeft(path: string): void {
    if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() !== true) return;
    const probe = check(makeSocket('unix', this.#datagram), 'socket');
    try {
      const answer = connectSocket(probe, { family: 'unix', path }, CONNECT_SECONDS);
      if (answer === -LinuxErrno.ECONNREFUSED) unlinkSync(path);
    } finally {
      close(probe);
    }
  }
}

function bindProblem(path: string, replaces: boolean): string | undefined {
  const there = look(path, false);
  const left = replaces && typeof there === 'object' && there.isSocket();
  if (there !== undefined && !left) return 'there is something at that path, and a socket is always new';
  const parent = look(dirname(path));
  if (typeof parent === 'string') return parent;
  return parent?.isDirectory() ? undefined : 'its directory does not exist';
}

function connectProblem(path: string): string | undefined {
  const stats = look(path);
  if (stats === undefined) return 'no such socket';
  if (typeof stats === 'string') return stats;
  return stats.isSocket() ? undefined : 'it is no socket';
}

const keys = ['bind', 'connect', 'protocol', 'backlog', 'reuse_address', 'reuse_port', 'ipv6_only'];

/** Keys of the first `cloudabi-run`, which documents may still have. */
const firstKeys = ['type', 'domain'];

const types = ['stream', 'dgram', 'seqpacket'] as const;
const domains: ReadonlyMap<string, SocketAddress['family']> = new Map([
  ['inet', 'ipv4'],
  ['inet6', 'ipv6'],
  ['unix', 'unix'],
]);

/** Reads the contents of `!socket` or the arguments of `socket()`. */
export function readSocket(written: Written, context: ReadContext): SocketResource | undefined {
  const known = context.spelling === 'document' ? [...keys, ...firstKeys] : keys;
  const fields = Fields.read(written, known, context);
  if (fields === undefined) return undefined;
  const { mistakes } = context;
  const before = mistakes.count;
  if (fields.has('bind') && fields.has('connect'))
    return fields.wrong('connect', "A socket has either 'bind' or 'connect', not both");
  const use = fields.has('connect') ? 'connect' : 'bind';
  if (!fields.has(use)) fields.missing('bind', "an address to listen on, or 'connect', one to call");
  const text = fields.text(use);
  const parsed = text === undefined ? undefined : parseSocketAddress(text, context.directory);
  const named = fields.choice<Protocol>('protocol', ['tcp', 'udp', 'stream', 'datagram']);
  const backlog = fields.integer('backlog', 1, MAX_BACKLOG);
  const reusePort = fields.bool('reuse_port', false);
  const ipv6Only = fields.bool('ipv6_only', true);
  if (parsed === undefined) return undefined;
  if (parsed.problem !== undefined) return fields.wrong(use, parsed.problem);
  const { address } = parsed;
  const protocol = named ?? readType(fields, address);
  checkDomain(fields, address);
  const grant: SocketGrant = {
    use,
    address,
    text: parsed.text,
    protocol,
    backlog: backlog ?? DEFAULT_BACKLOG,
    reuseAddress: fields.bool('reuse_address', address.family !== 'unix' && protocol !== 'udp'),
    reusePort,
    ipv6Only,
    position: context.position,
    addressPosition: fields.at(use),
  };
  checkTogether(grant, fields);
  return mistakes.count === before ? new SocketResource(grant) : undefined;
}

/** The protocol that the first `cloudabi-run` has for a type of socket; without one, that of streams. */
function readType(fields: Fields, { family }: SocketAddress): Protocol {
  const type = fields.choice('type', types) ?? 'stream';
  if (type === 'seqpacket')
    fields.wrong('type', "Sockets of type 'seqpacket' cannot be granted; 'stream' and 'dgram' can");
  if (family === 'unix') return type === 'dgram' ? 'datagram' : 'stream';
  return type === 'dgram' ? 'udp' : 'tcp';
}

/** The keys that the first `cloudabi-run` had beside the address must fit it. */
function checkDomain(fields: Fields, { family }: SocketAddress): void {
  if (fields.has('protocol') && fields.has('type'))
    fields.wrong('type', "A socket has either 'protocol' or 'type', not both");
  const domain = fields.choice('domain', [...domains.keys()]);
  if (domain !== undefined && domains.get(domain) !== family)
    fields.wrong(
      'domain',
      `The domain '${domain}' does not fit the address ${fields.text(fields.has('connect') ? 'connect' : 'bind')}`,
    );
}

/** Arguments that are right by themselves can be wrong together. */
function checkTogether({ use, address, protocol }: SocketGrant, fields: Fields): void {
  const unix = address.family === 'unix';
  const local = protocol === 'stream' || protocol === 'datagram';
  if (unix !== local) {
    const [what, wanted] = unix
      ? ['UNIX socket', "'stream' or 'datagram'"]
      : ['network address', "'tcp' or 'udp'"];
    fields.wrong('protocol', `A ${what} has the protocol ${wanted}, not '${protocol}'`);
  }
  if (use === 'connect' && !unix && address.port === 0)
    fields.wrong('connect', 'Port 0 lets the host choose a port to bind, nothing can be connected to it');
  const datagram = protocol === 'udp' || protocol === 'datagram';
  const only = (key: string, allowed: boolean, what: string): void => {
    if (fields.has(key) && !allowed) fields.wrong(key, `${fields.call(key)} is for ${what}`);
  };
  only('backlog', use === 'bind' && !datagram, 'sockets that listen');
  only('reuse_address', use === 'bind', 'addresses that are bound');
  only('reuse_port', use === 'bind' && !unix, 'network addresses that are bound');
  only('ipv6_only', use === 'bind' && address.family === 'ipv6', 'IPv6 addresses that are bound');
}
