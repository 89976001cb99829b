import { breadthOf } from '../../network/broad.ts';
import { printRule } from '../../network/print-rule.ts';
import type { CommandParts } from '../../resources/command.ts';
import type { Mistakes } from '../../resources/mistake.ts';
import type { NetworkGrant } from '../../resources/network.ts';
import { spell, spellSetting } from '../../resources/spelling.ts';
import type { CallGroup } from '../../worlds/call-groups.ts';
import { mayLookUpNames } from '../../worlds/socket-rules.ts';
import type { Walls } from '../../worlds/world.ts';
import type { Warning } from '../plan-types.ts';
import type { GrantSlot } from '../slots.ts';
import { handedSockets, portsProblem } from './sockets.ts';

/** The parts of a plan that its network is checked against. */
export type NetworkContext = {
  readonly walls: Walls;
  readonly calls: readonly CallGroup[];
  readonly slots: readonly GrantSlot[];
  readonly mistakes: Mistakes;
  readonly warnings: Warning[];
};

/** Refuses networks that no mechanism can hold, and warns of those that are held in part. */
export function checkNetwork(parts: CommandParts, context: NetworkContext): void {
  checkRings(parts, context);
  checkHosts(parts, context);
  checkPorts(parts, context);
}

/** The filter sees no operation of io_uring: it could not hold the ones that Landlock does not hold. */
function checkRings({ linux, spelling }: CommandParts, { calls, slots, mistakes }: NetworkContext): void {
  if (!calls.includes('io_uring')) return;
  const network = linux.network ?? { mode: 'none' };
  const position = linux.given.get('system_calls');
  if (hasPortLists(network))
    mistakes.add(
      `Group 'io_uring' cannot be granted with lists of ports: the filter sees neither the kind of its sockets nor the destinations of messages; leave out '${spell('connect', spelling)}' and '${spell('bind', spelling)}'`,
      position,
    );
  else if (network.mode !== 'host' && handedSockets(slots.map(({ resource }) => resource)) !== 'none')
    mistakes.add(
      `Group 'io_uring' cannot be granted with a TCP socket and without the host's network: the filter does not see where the socket is connected anew; grant '${spellSetting('network', 'host', spelling)}', or leave one of them out`,
      position,
    );
}

/** Rules of hosts need a network of the program's own, and deserve a look where they are wide. */
function checkHosts({ linux, spelling }: CommandParts, { walls, mistakes, warnings }: NetworkContext): void {
  const { network, given } = linux;
  if (network?.mode !== 'hosts') return;
  if (walls === 'landlock')
    mistakes.add(
      `Rules of hosts ('${spell('hosts', spelling)}') need a network namespace, which the walls 'landlock' do without: Landlock knows ports, but no hosts; do with all walls, or grant the network 'host' with ports`,
      given.get('network'),
      'network',
    );
  for (const { rule, position } of network.hosts) {
    const message = breadthOf(rule);
    if (message !== undefined) warnings.push({ message, position, place: printRule(rule) });
  }
}

/** Landlock knows ports of TCP alone, and those alone that a program names. */
function checkPorts({ linux, spelling }: CommandParts, { mistakes, warnings }: NetworkContext): void {
  const { network, given } = linux;
  if (network?.mode !== 'host' || !hasPortLists(network)) return;
  const position = given.get('network');
  const problem = portsProblem(network, spelling);
  if (problem !== undefined) mistakes.add(problem, position, 'network');
  const { connect, bind } = network;
  const warn = (message: string): void => {
    warnings.push({ message, position, place: 'network' });
  };
  if (mayLookUpNames({ kind: 'host', ...(connect && { connect }) }))
    warn('Ports are limited for TCP only: the program can send datagrams anywhere');
  if (bind !== undefined && bind.length > 0)
    warn(
      `A socket that is not bound listens on a port of the kernel's choice, which no mechanism of Linux withholds from a program that may listen; grant a listening socket in '${spell('descriptors', spelling)}' instead`,
    );
}

function hasPortLists(network: NetworkGrant): boolean {
  return network.mode === 'host' && (network.connect !== undefined || network.bind !== undefined);
}
