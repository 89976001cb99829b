import { nearKeyword } from './keywords.ts';
import { formatPrefix } from './prefix.ts';
import type { HostPattern, NetworkException, NetworkRule, PortRange } from './rule.ts';

/** Prints a rule as it is written: `*.example.org:443`, `10.0.0.0/8:53/udp`. */
export function printRule({ host, ports, protocol }: NetworkRule): string {
  return `${printHost(host)}:${printPorts(ports)}${protocol === 'udp' ? '/udp' : ''}`;
}

/** Prints an exception as it is written; without ports if it is about all of them. */
export function printException(exception: NetworkException): string {
  return exception.all ? printHost(exception.host) : printRule(exception);
}

/** Prints the hosts of a rule. */
export function printHost(host: HostPattern): string {
  switch (host.kind) {
    case 'name':
      return nearKeyword(host.name) === undefined ? host.name : `${host.name}.`;
    case 'one-label':
      return `*.${host.suffix}`;
    case 'labels':
      return `**.${host.suffix}`;
    case 'prefix':
      return formatPrefix(host.prefix);
    case 'class':
      return host.name;
    case 'localhost':
      return 'localhost';
  }
}

/** Prints ports: `443`, `80,443`, `8000-8010`. */
export function printPorts(ports: readonly PortRange[]): string {
  return ports.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}
