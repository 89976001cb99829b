import { type SocketKind, socketKind } from '../../host/sockets/socket-kind.ts';
import { FdResource } from '../../resources/fd.ts';
import type { NetworkGrant } from '../../resources/network.ts';
import type { Resource } from '../../resources/resource.ts';
import { SocketResource } from '../../resources/socket.ts';
import { mayLookUpNames } from '../../worlds/socket-rules.ts';
import { landlockReach } from '../../worlds/wall.ts';
import type { HandedSockets } from '../../worlds/world.ts';

/*
 * A socket of the host's network stays one wherever its descriptor goes: connect(2) with AF_UNSPEC dissolves a
 * connection, listen(2) takes a port for a socket that has none, sendto(2) names its own destination. Landlock and the
 * filter hold that for TCP, but only where no port is granted that Landlock could not tell from one of the host's.
 */

/** Why a program with this network must not be handed a socket; `undefined` when it may be. */
export function socketProblem(
  resource: Resource | undefined,
  network: NetworkGrant,
  place: string,
): string | undefined {
  const kind = kindOf(resource)?.protocol;
  if (kind === 'udp' && !sendsAnywhere(network))
    return `A UDP socket cannot be ${place} of a Linux program, which could send from it to any address; grant 'network: host'`;
  if (kind === 'tcp' && network.mode === 'loopback')
    return `A TCP socket cannot be ${place} of a Linux program with 'network: loopback', which could connect it to any address of this host's network; grant 'network: none', or publish a port`;
  return undefined;
}

/**
 * Says why the ports of a network cannot be limited; `undefined` when they can be, or need not.
 *
 * @param holdsPorts Whether the host's Landlock holds ports of TCP.
 */
export function portsProblem(
  network: NetworkGrant,
  holdsPorts: boolean = landlockReach().network,
): string | undefined {
  if (holdsPorts || network.mode !== 'host') return undefined;
  if (network.connect === undefined && network.bind === undefined) return undefined;
  return "This host's Landlock holds no ports (Linux 6.7 does), so that 'connect' and 'bind' limit nothing; leave them out, or grant 'network: none' and sockets that are opened for the program";
}

/** Finds out which TCP sockets are among resources. */
export function handedSockets(resources: readonly (Resource | undefined)[]): HandedSockets {
  return worst(resources.map(kindOf));
}

/** Finds out which TCP sockets are among host descriptors. */
export function openSockets(descriptors: readonly number[]): HandedSockets {
  return worst(descriptors.map(granted));
}

function worst(kinds: readonly (SocketKind | undefined)[]): HandedSockets {
  const tcp = kinds.filter((kind) => kind?.protocol === 'tcp');
  if (tcp.some((kind) => kind?.listening)) return 'listeners';
  return tcp.length > 0 ? 'connections' : 'none';
}

/** Whether datagrams to anywhere are granted already. */
function sendsAnywhere(network: NetworkGrant): boolean {
  if (network.mode !== 'host') return false;
  const { connect } = network;
  return mayLookUpNames({ kind: 'host', ...(connect !== undefined && { connect }) });
}

/** What a resource is as a socket; `undefined` for what is none. */
function kindOf(resource: Resource | undefined): SocketKind | undefined {
  if (resource instanceof SocketResource) {
    const { protocol, use } = resource.grant;
    return { protocol, listening: use === 'bind' && (protocol === 'tcp' || protocol === 'stream') };
  }
  return resource instanceof FdResource ? granted(resource.number) : undefined;
}

/** Other kinds of sockets than these are not granted at all. */
function granted(descriptor: number): SocketKind | undefined {
  const kind = socketKind(descriptor);
  return kind?.protocol === 'other' ? undefined : kind;
}
