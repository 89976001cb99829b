import { Filetype } from '../abi/generated/constants.ts';
import { makeSocketPair } from '../host/files/new-descriptors.ts';
import { printRule } from '../network/print-rule.ts';
import { Fields, type ReadContext } from './fields.ts';
import { type HostsGrant, hostsKeys, readHosts } from './hosts.ts';
import { readPublished } from './network.ts';
import type { Position } from './position.ts';
import { type Checked, type OpenContext, type OpenedResource, Resource } from './resource.ts';
import { rightsSet } from './rights.ts';
import { connectedRights } from './socket-rights.ts';
import type { Written } from './written.ts';

/** As many rules are named in a description. */
const MOST_NAMED = 3;

/**
 * `!network`: the hosts that a program in WebAssembly, TypeScript or JavaScript may connect to. The descriptor is a UNIX
 * socket to the broker of the launcher: a module asks it for connections and receives sockets.
 */
export class NetworkResource extends Resource {
  readonly kind = 'network';
  readonly grant: HostsGrant;

  constructor(grant: HostsGrant, position: Position | undefined) {
    super(position);
    this.grant = grant;
    Object.freeze(this);
  }

  override check(): Checked {
    const { hosts } = this.grant;
    const named = hosts.slice(0, MOST_NAMED).map(({ rule }) => printRule(rule));
    const more = hosts.length > MOST_NAMED ? ` and ${hosts.length - MOST_NAMED} more` : '';
    const description = `Connects to ${named.length === 0 ? 'no host' : `${named.join(', ')}${more}`}`;
    return { description, type: Filetype.socket_stream, ...this.#rights() };
  }

  override open({ networks }: OpenContext): OpenedResource {
    const [ours, theirs] = makeSocketPair();
    networks.push({ resource: this, socket: ours });
    return { host: theirs, type: Filetype.socket_stream, ...this.#rights() };
  }

  /** Requests are sent and sockets are received; nothing else can be received through it. */
  #rights(): Pick<Checked, 'base' | 'inheriting'> {
    const base = rightsSet(['fd_read', 'fd_write', 'file_stat_fget', 'poll_fd_readwrite']);
    return { base, inheriting: connectedRights(false).base };
  }
}

/** Reads the contents of `!network` or the arguments of `network()`: a list of rules, or a map with it. */
export function readNetworkResource(written: Written, context: ReadContext): NetworkResource | undefined {
  const { position } = written;
  const key: Written = { kind: 'scalar', value: 'hosts', position };
  const map: Written =
    written.kind === 'seq' ? { kind: 'map', entries: [{ key, value: written }], position } : written;
  const fields = Fields.read(map, [...hostsKeys, 'publish'], context);
  if (fields === undefined) return undefined;
  const before = context.mistakes.count;
  const grant = readHosts(fields, context, readPublished(fields, context));
  return grant !== undefined && context.mistakes.count === before
    ? new NetworkResource(grant, context.position)
    : undefined;
}
