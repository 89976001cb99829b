import { type IpAddress, LOOPBACK_ADDRESSES, sameAddress } from './address.ts';
import { type AddressClass, classOf, isWithin } from './address-class.ts';
import { embeddedAddresses, unmapped } from './embedded.ts';
import { bitsOf, contains, type Prefix } from './prefix.ts';
import type { HostPattern } from './rule.ts';

/** Tells whether a pattern is about a name in its normal form. */
export function matchesName(host: HostPattern, name: string): boolean {
  switch (host.kind) {
    case 'name':
      return host.name === name;
    case 'one-label':
      return isUnder(name, host.suffix) && !name.slice(0, -host.suffix.length - 1).includes('.');
    case 'labels':
      return isUnder(name, host.suffix);
    default:
      return false;
  }
}

function isUnder(name: string, suffix: string): boolean {
  return name.length > suffix.length + 1 && name.endsWith(`.${suffix}`);
}

/** Tells whether a rule for a pattern grants an address. Rules for names grant none by themselves. */
export function grantsAddress(host: HostPattern, address: IpAddress): boolean {
  const plain = unmapped(address);
  switch (host.kind) {
    case 'class':
      return host.name === classOf(plain);
    case 'prefix':
      return grantsInPrefix(host.prefix, plain);
    case 'localhost':
      return isHostLoopback(plain);
    default:
      return false;
  }
}

/**
 * A prefix grants its public addresses. It grants those of another class only where it names nothing else, as
 * `10.0.0.0/8` and `169.254.1.1` do: `0.0.0.0/0` would otherwise hold the machine's own services and keys.
 */
function grantsInPrefix(prefix: Prefix, address: IpAddress): boolean {
  if (!contains(prefix, address)) return false;
  if (prefix.bits === bitsOf(prefix.address)) return true;
  const found: AddressClass = classOf(address);
  return found === 'public' || isWithin(prefix, found);
}

/** Tells whether an exception for a pattern denies an address, or one that it stands for. */
export function deniesAddress(host: HostPattern, address: IpAddress): boolean {
  const plain = unmapped(address);
  return [plain, ...embeddedAddresses(plain)].some((form) => {
    switch (host.kind) {
      case 'class':
        return host.name === classOf(form);
      case 'prefix':
        return contains(host.prefix, form);
      case 'localhost':
        return isHostLoopback(form);
      default:
        return false;
    }
  });
}

/** Tells whether an address is one of the two that `localhost` stands for. */
export function isHostLoopback(address: IpAddress): boolean {
  return LOOPBACK_ADDRESSES.some((one) => sameAddress(one, unmapped(address)));
}
