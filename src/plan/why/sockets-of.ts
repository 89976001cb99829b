import { addressOfBytes, type IpAddress, LOOPBACK_ADDRESSES, sameAddress } from '../../network/address.ts';
import { isLocalhost } from '../../network/name.ts';
import type { Attempt } from '../../network/verdict.ts';
import { SocketResource } from '../../resources/socket.ts';
import type { Grant } from '../plan-types.ts';

/** Finds a descriptor that is connected to what was attempted. */
export function connectedSocket(grants: readonly Grant[], attempt: Attempt): Grant | undefined {
  return grants.find(({ resource }) => {
    if (!(resource instanceof SocketResource)) return false;
    const { use, address, protocol } = resource.grant;
    if (use !== 'connect' || address.family === 'unix' || protocol !== attempt.protocol) return false;
    const granted = addressOfBytes(address.host);
    return address.port === attempt.port && addressesOf(attempt).some((one) => sameAddress(one, granted));
  });
}

function addressesOf({ host }: Attempt): readonly IpAddress[] {
  if (host.kind === 'address') return [host.address];
  return isLocalhost(host.name) ? LOOPBACK_ADDRESSES : [];
}

/** Finds a descriptor that listens at a TCP port. */
export function listeningSocket(grants: readonly Grant[], port: number): Grant | undefined {
  return grants.find(({ resource }) => {
    if (!(resource instanceof SocketResource)) return false;
    const { use, address, protocol } = resource.grant;
    return use === 'bind' && protocol === 'tcp' && address.family !== 'unix' && address.port === port;
  });
}

/** Finds a descriptor that is connected to the UNIX socket at a path of the host. */
export function connectedUnixSocket(grants: readonly Grant[], path: string): Grant | undefined {
  return grants.find(({ resource }) => {
    if (!(resource instanceof SocketResource)) return false;
    const { use, address } = resource.grant;
    return use === 'connect' && address.family === 'unix' && address.path === path;
  });
}
