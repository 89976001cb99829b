import { getOption, SocketFamily, SocketOptions, SocketType } from '../../host/sockets/socket-setup.ts';
import { FdResource } from '../../resources/fd.ts';
import type { NetworkGrant } from '../../resources/network.ts';
import type { Resource } from '../../resources/resource.ts';
import { SocketResource } from '../../resources/socket.ts';
import { mayLookUpNames } from '../../worlds/filter.ts';
import { landlockReach } from '../../worlds/wall.ts';

/*
 * A socket of the host's network stays one wherever its descriptor goes, and whoever holds it can connect it anew or
 * send from it to any address: connect(2) with AF_UNSPEC dissolves a connection, sendto(2) names its own destination.
 * Landlock holds that for TCP, but only where no port is granted that it could not tell from one of the host's.
 */

type Network = 'tcp' | 'udp';

/** Why a program with this network must not be handed a socket; `undefined` when it may be. */
export function socketProblem(
  resource: Resource | undefined,
  network: NetworkGrant,
  place: string,
): string | undefined {
  const kind = networkOf(resource);
  if (kind === 'udp' && !sendsAnywhere(network))
    return `A UDP socket cannot be ${place} of a Linux program, which could send from it to any address; grant 'network: host'`;
  if (kind === 'tcp' && network.mode === 'loopback')
    return `A TCP socket cannot be ${place} of a Linux program with 'network: loopback', which could connect it to any address of this host's network; grant 'network: none', or publish a port`;
  return undefined;
}

/** What to warn of when a program is handed a socket; `undefined` when all is held. */
export function socketWarning(
  resource: Resource | undefined,
  network: NetworkGrant,
  ports: boolean = landlockReach().network,
): string | undefined {
  if (ports || network.mode === 'host' || networkOf(resource) !== 'tcp') return undefined;
  return "This host's Landlock holds no ports (Linux 6.7 does): the program can connect the socket anew, to any address";
}

/** Whether datagrams to anywhere are granted already. */
function sendsAnywhere(network: NetworkGrant): boolean {
  if (network.mode !== 'host') return false;
  const { connect } = network;
  return mayLookUpNames({ kind: 'host', ...(connect !== undefined && { connect }) });
}

/** What a resource is in the network; `undefined` for UNIX sockets and what is no socket. */
function networkOf(resource: Resource | undefined): Network | undefined {
  if (resource instanceof SocketResource) {
    const { protocol } = resource.grant;
    return protocol === 'tcp' || protocol === 'udp' ? protocol : undefined;
  }
  if (!(resource instanceof FdResource)) return undefined;
  const type = getOption(resource.number, SocketOptions.type);
  if (type < 0 || getOption(resource.number, SocketOptions.family) === SocketFamily.unix) return undefined;
  return type === SocketType.stream ? 'tcp' : 'udp';
}
