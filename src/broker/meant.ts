import type { Endpoints } from '../host/pump/records.ts';
import { addressOfBytes, type IpAddress, LOOPBACK_ADDRESSES, sameAddress } from '../network/address.ts';
import { unmapped } from '../network/embedded.ts';
import type { RefusedTarget } from '../network/refusal.ts';
import type { NetworkRule, PortProtocol } from '../network/rule.ts';
import type { SyntheticTable } from '../network/synthetic.ts';
import type { Attempt } from '../network/verdict.ts';
import type { Meant } from './local-service.ts';

/** Finds the host that an attempt meant: a synthetic address stands for the name that was looked up. */
export function meantBy(
  { protocol, target }: Endpoints,
  table: SyntheticTable,
): { readonly attempt: Attempt; readonly meant: Meant } {
  const address = unmapped(addressOfBytes(target.address));
  const name = table.nameOf(address);
  const host =
    name === undefined ? ({ kind: 'address', address } as const) : ({ kind: 'name', name } as const);
  return { attempt: { host, port: target.port, protocol }, meant: { name, address, port: target.port } };
}

/** Names the target of a refused connection. */
export function refusedTarget({ name, address, port }: Meant, protocol: PortProtocol): RefusedTarget {
  return {
    kind: 'connection',
    name,
    address: name === undefined ? address : undefined,
    port,
    protocol,
  };
}

/** Adds the other address of the host's loopback: a service at `localhost` may listen on either of them. */
export function withBothLoopbacks(
  { host }: NetworkRule,
  addresses: readonly IpAddress[],
): readonly IpAddress[] {
  if (host.kind !== 'localhost') return addresses;
  const others = LOOPBACK_ADDRESSES.filter((one) => !addresses.some((known) => sameAddress(known, one)));
  return [...addresses, ...others];
}
