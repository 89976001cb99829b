import { type SocketKind, socketKind } from '../../host/sockets/socket-kind.ts';
import { FdResource } from '../../resources/fd.ts';
import type { NetworkGrant } from '../../resources/network.ts';
import type { Resource } from '../../resources/resource.ts';
import { ServiceResource } from '../../resources/service-resource.ts';
import { type Spelling, spell, spellSetting } from '../../resources/spelling.ts';
import { landlockReach } from '../../worlds/landlock-domain.ts';
import { mayLookUpNames } from '../../worlds/socket-rules.ts';
import type { HandedSockets, Walls } from '../../worlds/world.ts';

/*
 * A socket of the host's network stays one wherever its descriptor goes: connect(2) with AF_UNSPEC dissolves a
 * connection, listen(2) takes a port for a socket that has none, sendto(2) names its own destination. Landlock and the
 * filter hold that for TCP, but only where no port is granted that Landlock could not tell from one of the host's.
 */

/** The walls around a program that is handed sockets. */
export type SocketWalls = {
  readonly network: NetworkGrant;
  readonly walls: Walls;
  /** True if the host's Landlock keeps abstract sockets apart (Linux 6.12). */
  readonly scopes: boolean;
  /** The user's spelling, for remedies. */
  readonly spelling: Spelling;
};

/** Says why a program must not be handed a socket; `undefined` when it may be. */
export function socketProblem(
  resource: Resource | undefined,
  place: string,
  walls: SocketWalls,
): string | undefined {
  const where =
    resource instanceof ServiceResource
      ? `handed out by service '${resource.service.name}' at ${place}`
      : place;
  for (const kind of kindsOf(resource)) {
    const problem = kindProblem(kind, where, walls);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function kindProblem(
  kind: SocketKind,
  place: string,
  { network, walls, scopes, spelling }: SocketWalls,
): string | undefined {
  const mode = (name: NetworkGrant['mode']): string => `'${spellSetting('network', name, spelling)}'`;
  switch (kind.protocol) {
    case 'udp':
      if (sendsAnywhere(network)) return undefined;
      return `A UDP socket cannot be ${place} of a Linux program, which could send from it to any address; grant ${mode('host')}`;
    case 'tcp':
      if (network.mode === 'hosts')
        return `A TCP socket cannot be ${place} of a Linux program with rules of hosts, which could connect it to any address of this host's network; publish a port instead`;
      if (network.mode !== 'loopback') return undefined;
      return `A TCP socket cannot be ${place} of a Linux program with ${mode('loopback')}, which could connect it to any address of this host's network; grant ${mode('none')}, or publish a port`;
    case 'stream':
    case 'datagram':
      // A stream that has a peer keeps it, and one that listens gets none.
      if (kind.protocol === 'stream' && (kind.connected || kind.listening)) return undefined;
      if (walls === 'landlock' && network.mode === 'host')
        return `A UNIX socket that sends to other addresses (a datagram socket, or one without a peer) cannot be ${place} of a Linux program with the host's network and without namespaces, which could send from it to any service of this host; use all walls, or grant ${mode('none')}`;
      if (walls === 'all' && !scopes)
        return `A UNIX socket that sends to other addresses (a datagram socket, or one without a peer) cannot be ${place} of a Linux program on this host, whose Landlock keeps no abstract sockets apart (Linux 6.12 does)`;
      return undefined;
  }
}

/**
 * Says why the ports of a network cannot be limited; `undefined` when they can be, or need not.
 *
 * @param spelling The user's spelling, for the remedy.
 * @param holdsPorts True if the host's Landlock holds ports of TCP.
 */
export function portsProblem(
  network: NetworkGrant,
  spelling: Spelling,
  holdsPorts: boolean = landlockReach().network,
): string | undefined {
  if (holdsPorts || network.mode !== 'host') return undefined;
  if (network.connect === undefined && network.bind === undefined) return undefined;
  const [connect, bind] = [spell('connect', spelling), spell('bind', spelling)];
  return `This host's Landlock holds no ports (Linux 6.7 does), so that '${connect}' and '${bind}' limit nothing; leave them out, or grant '${spellSetting('network', 'none', spelling)}' and sockets that are opened for the program`;
}

/** Tells whether a resource is a socket that can be connected anew, or that sends to any address. */
export function isSteerable(resource: Resource | undefined): boolean {
  return kindsOf(resource).some(
    ({ protocol, connected, listening }) => protocol !== 'stream' || !(connected || listening),
  );
}

/** Finds out which TCP sockets are among resources, or come from them while the program runs. */
export function handedSockets(resources: readonly (Resource | undefined)[]): HandedSockets {
  return worst(resources.flatMap(kindsOf));
}

/** Finds out which TCP sockets are among host descriptors, and come from resources while the program runs. */
export function openSockets(
  descriptors: readonly number[],
  resources: readonly (Resource | undefined)[],
): HandedSockets {
  const services = resources.filter((one) => one instanceof ServiceResource);
  return worst([...descriptors.map(granted), ...services.flatMap(kindsOf)]);
}

function worst(kinds: readonly (SocketKind | undefined)[]): HandedSockets {
  const tcp = kinds.filter((kind) => kind?.protocol === 'tcp');
  if (tcp.some((kind) => kind?.listening)) return 'listeners';
  return tcp.length > 0 ? 'connections' : 'none';
}

/** Tells whether datagrams to anywhere are granted already. */
function sendsAnywhere(network: NetworkGrant): boolean {
  if (network.mode !== 'host') return false;
  const { connect } = network;
  return mayLookUpNames({ kind: 'host', ...(connect !== undefined && { connect }) });
}

/** Finds the kinds of sockets that a resource is, or that a service hands out. */
function kindsOf(resource: Resource | undefined): readonly SocketKind[] {
  if (resource instanceof ServiceResource) return resource.service.hands?.(resource.limits) ?? [];
  const kind = resource instanceof FdResource ? granted(resource.number) : resource?.handedSocket;
  return kind === undefined ? [] : [kind];
}

/** Other kinds of sockets than these are not granted at all. */
function granted(descriptor: number): SocketKind | undefined {
  const kind = socketKind(descriptor);
  return kind?.protocol === 'other' ? undefined : kind;
}
