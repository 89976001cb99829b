import type { CommandParts } from '../../resources/command.ts';
import type { HostsGrant } from '../../resources/hosts.ts';
import type { LinuxParts } from '../../resources/linux-parts.ts';
import type { Mistakes } from '../../resources/mistake.ts';
import type { NetworkGrant } from '../../resources/network.ts';
import type { ServiceResource } from '../../resources/service-resource.ts';
import { spell, spellSetting } from '../../resources/spelling.ts';
import type { SomeLimits } from '../../services/limit.ts';
import { SETTINGS } from '../../services/offered/sysctl.ts';
import type { Walls } from '../../worlds/world.ts';
import type { Warning } from '../plan-types.ts';
import { hostFile } from './base.ts';
import { isFiles } from './granted-settings.ts';
import { BASE, type PlannedEntry } from './planned.ts';
import type { PlannedTree } from './tree.ts';

/** The socket at which C libraries ask for users, groups, hosts and network services (glibc and musl). */
export const NSCD_SOCKET = '/var/run/nscd/socket';

/** The socket to which syslog(3) sends. */
export const LOG_SOCKET = '/dev/log';

const PASSWD = '/etc/passwd';
const GROUP = '/etc/group';

/** Files of which musl reads the entries before it asks, and which have to be there for it to ask. */
const READ_FIRST: ReadonlyMap<string, string> = new Map([
  ['pwd', PASSWD],
  ['grp', GROUP],
]);

/**
 * Databases that programs read themselves, without asking: musl both, and glibc that of protocols. They are files of the
 * host that name no user and no host; the program sees one if it may ask all of these.
 */
const DATABASES: ReadonlyMap<string, readonly string[]> = new Map([
  ['/etc/protocols', ['getprotobyname', 'getprotobynumber']],
  ['/etc/services', ['getservbyname', 'getservbyport']],
]);

/** Tells whether a service answers for hosts. */
export function isDns({ service }: ServiceResource): boolean {
  return service.name === 'dns';
}

/** Gives the path by which a program asks a service. */
export function wayOf(service: string): string {
  if (service === 'sysctl') return SETTINGS;
  return service === 'syslog' ? LOG_SOCKET : NSCD_SOCKET;
}

/** A network of a program's own that leads to no host. */
export const NO_HOSTS: HostsGrant = {
  mode: 'hosts',
  hosts: [],
  except: [],
  resolver: undefined,
  limits: {},
  publish: [],
};

/**
 * Gives the network of a program that may ask `dns`: without the host's, it is one of the program's own, in which a server
 * of names answers and rules lead to hosts, if there are any.
 */
export function networkWithNames({ network, services }: LinuxParts, walls: Walls): NetworkGrant {
  const asked = network ?? { mode: 'none' };
  const asks = services.some(isDns);
  if (!asks || walls === 'landlock' || asked.mode === 'host' || asked.mode === 'hosts') return asked;
  return asked.mode === 'loopback' ? { ...NO_HOSTS, publish: asked.publish } : NO_HOSTS;
}

/** Lists the files that stand in a program's world because of services: in the place of those that a base has. */
export function serviceFiles(services: readonly ServiceResource[]): readonly PlannedEntry[] {
  return services.flatMap(({ service: { name }, limits }): readonly PlannedEntry[] => {
    const at = READ_FIRST.get(name);
    if (at !== undefined) return [{ ...BASE, kind: 'text', at, content: '' }];
    return name === 'netdb' ? databaseFiles(limits) : [];
  });
}

function databaseFiles({ commands }: SomeLimits): readonly PlannedEntry[] {
  return [...DATABASES].flatMap(([at, calls]): readonly PlannedEntry[] =>
    commands === undefined || (Array.isArray(commands) && calls.every((call) => commands.includes(call)))
      ? hostFile(at)
      : [{ ...BASE, kind: 'text', at, content: '' }],
  );
}

/** The plan in which services are checked, behind all grants. */
export type ServicesContext = {
  readonly walls: Walls;
  readonly network: NetworkGrant;
  readonly tree: PlannedTree;
  readonly mistakes: Mistakes;
  readonly warnings: Warning[];
};

/** Checks that the program's C library can ask the services that are granted, and asks nothing else before. */
export function checkServices(
  { linux, spelling }: CommandParts,
  { walls, network, tree, mistakes, warnings }: ServicesContext,
): void {
  const key = spell('services', spelling);
  for (const { service, position } of linux.services.filter((one) => !isFiles(one))) {
    const { name } = service;
    const why = 'services';
    const way = wayOf(name);
    const problem = tree.noPlaceFor(way, false);
    if (walls === 'landlock')
      mistakes.add(
        `'${key}' needs namespaces: without them the program can connect to no UNIX socket, because Landlock does not tell them apart`,
        position,
        why,
      );
    else if (problem !== undefined)
      mistakes.add(
        `Service '${name}' is asked at '${way}', where the program cannot see a socket: ${problem}`,
        position,
        why,
      );
    else if (name === 'dns' && network.mode === 'host')
      mistakes.add(
        `Service 'dns' does not go together with '${spellSetting('network', 'host', spelling)}', in which the program asks every name server itself`,
        position,
        why,
      );
    const file = READ_FIRST.get(name);
    const seen = file === undefined ? undefined : tree.covering(file);
    if (file !== undefined && seen?.kind === 'mount')
      warnings.push({
        message: `The program sees '${file}' of '${seen.path}', which is granted as well. Service '${name}' counts before it for programs with glibc; musl reads the file first, and so do programs that read it themselves`,
        position,
        place: why,
      });
  }
}
