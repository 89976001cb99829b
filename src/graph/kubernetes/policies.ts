import type { Arrow, Graph } from '../graph-types.ts';
import { containerPort } from './grants-node.ts';
import { type ClusterObject, GRAPH_LABEL, type JsonObject, PROGRAM_LABEL } from './objects.ts';

/** Makes a policy of a name. */
type MakePolicy = (name: string, rest: JsonObject) => ClusterObject;

const DNS_PORT = 53;

/** Makes the policies of a graph: nothing in or out by default, and each arrow in both directions. */
export function networkPolicies(graph: Graph, make: MakePolicy): readonly ClusterObject[] {
  const all = { matchLabels: { [GRAPH_LABEL]: graph.name } };
  const none = make(`${graph.name}-default-deny`, {
    spec: { podSelector: all, policyTypes: ['Ingress', 'Egress'] },
  });
  return [none, ...[...graph.arrows.values()].flatMap((arrow) => policiesOf(graph, arrow, make))];
}

function policiesOf(graph: Graph, arrow: Arrow, make: MakePolicy): readonly ClusterObject[] {
  const pods = (program: string): JsonObject => ({
    matchLabels: { [GRAPH_LABEL]: graph.name, [`${PROGRAM_LABEL}${program}`]: 'true' },
  });
  const port = { protocol: 'TCP', port: containerPort(graph, arrow) };
  const dns = {
    ports: [
      { protocol: 'UDP', port: DNS_PORT },
      { protocol: 'TCP', port: DNS_PORT },
    ],
  };
  switch (arrow.kind) {
    case 'connection':
      if (arrow.socket !== undefined) return [];
      return [
        make(`arrow-${arrow.name}-in`, {
          spec: {
            podSelector: pods(arrow.to),
            policyTypes: ['Ingress'],
            ingress: [{ from: [{ podSelector: pods(arrow.from) }], ports: [port] }],
          },
        }),
        make(`arrow-${arrow.name}-out`, {
          spec: {
            podSelector: pods(arrow.from),
            policyTypes: ['Egress'],
            egress: [{ to: [{ podSelector: pods(arrow.to) }], ports: [port] }, dns],
          },
        }),
      ];
    case 'service':
      if ('to' in arrow || arrow.service !== 'dns') return [];
      return arrow.clients.map((client) =>
        make(`arrow-${arrow.name}-${client}-out`, {
          spec: { podSelector: pods(client), policyTypes: ['Egress'], egress: [dns] },
        }),
      );
    case 'published':
      return [
        make(`arrow-${arrow.name}-in`, {
          spec: { podSelector: pods(arrow.to), policyTypes: ['Ingress'], ingress: [{ ports: [port] }] },
        }),
      ];
    case 'outside':
      return [
        make(`arrow-${arrow.name}-out`, {
          spec: {
            podSelector: pods(arrow.from),
            policyTypes: ['Egress'],
            // Policies know no names: the broker in the pod holds the host, this the port.
            egress: [{ ports: outsidePorts(arrow) }, dns],
          },
        }),
      ];
    case 'directory':
    case 'pipe':
    case 'shared_memory':
      return [];
  }
}

/** The ports of a rule of hosts, as policies have them; all of TCP where it is written in another way. */
function outsidePorts({ hostNode }: Extract<Arrow, { kind: 'outside' }>): readonly JsonObject[] {
  const text = hostNode?.kind === 'str' ? hostNode.value : '';
  const [, list = '', udp] = /:([\d,-]+)(\/udp)?$/.exec(text) ?? [];
  const protocol = udp === undefined ? 'TCP' : 'UDP';
  if (list === '') return [{ protocol }];
  return list.split(',').map((range) => {
    const [first = '', last] = range.split('-');
    return { protocol, port: Number(first), ...(last !== undefined && { endPort: Number(last) }) };
  });
}
