import type { Graph, GraphProgram } from '../graph-types.ts';
import { startOrder } from '../start-order.ts';
import { channelFolder } from './grants-node.ts';
import type { Pod } from './pods.ts';

/** The folders by which clients of services reach programs of their pod: no other container has one. */
export function offeredChannels(
  { arrows }: Graph,
  { programs }: Pod,
): readonly { readonly volume: string; readonly path: string; readonly ends: readonly string[] }[] {
  return [...arrows.values()].flatMap((arrow) => {
    if (!('clients' in arrow && 'to' in arrow) || !programs.includes(arrow.to)) return [];
    return arrow.clients.map((client, number) => ({
      // A label of at most 63 characters.
      volume: `channel-${arrow.name.slice(0, 40).replace(/-+$/, '')}-${[...arrows.keys()].indexOf(arrow.name)}-${number}`,
      path: channelFolder(arrow, client),
      ends: [client, arrow.to],
    }));
  });
}

/** The order in which the kubelet starts the containers of a pod. */
export function serversFirst(graph: Graph, programs: readonly GraphProgram[]): readonly GraphProgram[] {
  const order = startOrder(graph).flat();
  return programs.toSorted((one, other) => order.indexOf(one.name) - order.indexOf(other.name));
}
