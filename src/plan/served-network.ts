import { breadthOf } from '../network/broad.ts';
import { printRule } from '../network/print-rule.ts';
import type { HostsGrant } from '../resources/hosts.ts';
import type { Mistakes } from '../resources/mistake.ts';
import { NetworkResource } from '../resources/network-resource.ts';
import type { Walls } from '../worlds/world.ts';
import { isSteerable } from './linux/sockets.ts';
import type { ProgramKind, Warning } from './plan-types.ts';
import type { GrantSlot } from './slots.ts';

/* Networks of programs in WebAssembly, TypeScript and JavaScript. */

/** Finds the network among the resources of a tree; a second one is a mistake. */
export function networkIn(slots: readonly GrantSlot[], mistakes: Mistakes): HostsGrant | undefined {
  const [first, second] = slots.filter(({ resource }) => resource instanceof NetworkResource);
  if (second !== undefined)
    mistakes.add(
      'A program has one network: put all rules into one list',
      second.resource?.position,
      second.place,
    );
  return first?.resource instanceof NetworkResource ? first.resource.grant : undefined;
}

/** The kinds of program that are handed sockets, as messages name them. */
const subjects = { wasm: 'WebAssembly module', elf: 'CloudABI executable' } as const;

/** Refuses ports to publish, which a module has none of. */
function checkModuleNetwork({ hosts, publish }: HostsGrant, mistakes: Mistakes, subject: string): void {
  if (publish.length > 0)
    mistakes.add(
      `A ${subject} has no ports to publish; grant it a socket that listens: !socket { bind: ADDRESS }`,
      hosts[0]?.position,
    );
}

/** The parts of a plan that a network is checked against. */
export type ServedNetworkContext = {
  readonly kind: Exclude<ProgramKind, 'linux'>;
  readonly walls: Walls;
  readonly slots: readonly GrantSlot[];
  readonly mistakes: Mistakes;
  readonly warnings: Warning[];
};

/** Refuses keys that no mechanism would hold beside a network, and warns of rules that are wide. */
export function checkServedNetwork(network: HostsGrant, context: ServedNetworkContext): void {
  const { kind, walls, slots, mistakes, warnings } = context;
  const [first] = network.hosts;
  if (kind !== 'node') checkModuleNetwork(network, mistakes, subjects[kind]);
  if (kind === 'node' && walls === 'landlock')
    mistakes.add(
      "Rules of hosts need a network namespace, which the walls 'landlock' do without; do with all walls",
      first?.position,
    );
  // Its own sockets are connected with connect(2), which could lead one of the host's network anywhere.
  for (const { resource, place } of kind === 'node' ? slots : [])
    if (isSteerable(resource))
      mistakes.add(
        "A socket of this host's network cannot be granted to a program in TypeScript or JavaScript together with rules of hosts: the program could connect it to any address; let it listen itself, and publish its port",
        resource?.position,
        place,
      );
  for (const { requests, position } of network.hosts)
    if (typeof requests?.at === 'string')
      mistakes.add(
        `A UNIX socket for requests is for Linux programs; name a port of its loopback: at: 8080`,
        position,
      );
  for (const { rule, position } of network.hosts) {
    const message = breadthOf(rule);
    if (message !== undefined) warnings.push({ message, position, place: printRule(rule) });
  }
}
