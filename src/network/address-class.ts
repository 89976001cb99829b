import type { IpAddress } from './address.ts';
import { embeddedAddresses, unmapped } from './embedded.ts';
import { contains, containsPrefix, type Prefix, prefix } from './prefix.ts';

/** The classes of addresses that a rule may name. */
export type GrantableClass = 'public' | 'private' | 'loopback' | 'link-local' | 'metadata';

/** The class of an address: exactly one. */
export type AddressClass = GrantableClass | 'multicast' | 'reserved';

/** The names of classes in rules. */
export const grantableClasses: readonly GrantableClass[] = [
  'public',
  'private',
  'loopback',
  'link-local',
  'metadata',
];

/**
 * The prefixes of each class, the most guarded class first. The first that contains an address decides; what none contains is public. Sources: the
 * registries of special-purpose addresses of IANA (RFC 6890), and the pages of the providers for metadata.
 */
const table: readonly { readonly class: AddressClass; readonly prefixes: readonly Prefix[] }[] = [
  {
    // Services that tell a machine of its cloud, and its keys, to all that ask.
    class: 'metadata',
    prefixes: [
      '169.254.169.254/32', // AWS, Azure, Google Cloud, DigitalOcean and others
      '169.254.170.2/32', // AWS: roles of containers
      '169.254.170.23/32', // AWS: identities of pods
      '169.254.169.253/32', // AWS: resolver
      '169.254.169.123/32', // AWS: time
      '169.254.42.42/32', // Scaleway
      '169.254.0.23/32', // Tencent Cloud
      '100.100.100.200/32', // Alibaba Cloud
      '192.0.0.192/32', // Oracle Cloud, classic
      '168.63.129.16/32', // Azure: the host of the machine
      'fd00:ec2::254/128', // AWS
      'fd00:ec2::23/128', // AWS: identities of pods
      'fd00:ec2::253/128', // AWS: resolver
      'fd00:ec2::123/128', // AWS: time
      'fd20:ce::254/128', // Google Cloud
      'fd00:42::42/128', // Scaleway
      'fe80::a9fe:a9fe/128', // OpenStack
    ].map(prefix),
  },
  { class: 'loopback', prefixes: ['127.0.0.0/8', '::1/128'].map(prefix) },
  { class: 'multicast', prefixes: ['224.0.0.0/4', 'ff00::/8'].map(prefix) },
  {
    class: 'reserved',
    prefixes: [
      '0.0.0.0/8', // this network; 0.0.0.0 leads to the machine itself
      '192.0.0.0/24', // protocols of the IETF (RFC 6890)
      '192.0.2.0/24', // documentation (RFC 5737)
      '198.51.100.0/24',
      '203.0.113.0/24',
      '192.88.99.0/24', // relays of 6to4, deprecated (RFC 7526)
      '198.18.0.0/15', // measurements (RFC 2544); our synthetic addresses
      '240.0.0.0/4', // the future, and broadcast
      '::/128',
      '100::/64', // discarded (RFC 6666)
      '2001:db8::/32', // documentation (RFC 3849)
      '3fff::/20', // documentation (RFC 9637)
      '2001:2::/48', // measurements (RFC 5180)
      '2001:10::/28', // ORCHID, deprecated (RFC 4843)
      '5f00::/16', // segment routing (RFC 9602)
    ].map(prefix),
  },
  { class: 'link-local', prefixes: ['169.254.0.0/16', 'fe80::/10'].map(prefix) },
  {
    class: 'private',
    prefixes: [
      '10.0.0.0/8', // RFC 1918
      '172.16.0.0/12',
      '192.168.0.0/16',
      '100.64.0.0/10', // shared by customers of a provider (RFC 6598)
      'fc00::/7', // RFC 4193
      '64:ff9b:1::/48', // NAT64 of a site (RFC 8215)
      'fec0::/10', // site-local, deprecated (RFC 3879)
    ].map(prefix),
  },
];

/** The classes as the table has them: the most guarded first. */
const order: readonly AddressClass[] = [...table.map((row) => row.class), 'public'];

/**
 * Classifies an address. An address that holds another one (NAT64, 6to4, Teredo, ISATAP and the like) has the class of
 * the one that is more guarded.
 */
export function classOf(address: IpAddress): AddressClass {
  const plain = unmapped(address);
  const classes = [plain, ...embeddedAddresses(plain)].map(plainClass);
  return order.find((name) => classes.includes(name)) ?? 'public';
}

function plainClass(address: IpAddress): AddressClass {
  return table.find((row) => row.prefixes.some((known) => contains(known, address)))?.class ?? 'public';
}

/** Tells whether all addresses of a prefix lie within the ranges of a class. */
export function isWithin(inner: Prefix, name: AddressClass): boolean {
  return table.some(
    (row) => row.class === name && row.prefixes.some((known) => containsPrefix(known, inner)),
  );
}
