import type { PlanJson } from '../plan/explain.ts';
import { describePlan, planToJson } from '../plan/explain.ts';
import { printable } from '../text/printable.ts';
import type { GraphPlans } from './check-graph.ts';
import type { Arrow, ArrowUse, Graph, UseForm } from './graph-types.ts';
import { isRelayed } from './relayed.ts';
import { startOrder } from './start-order.ts';

/** The mechanisms that hold an arrow, here and on Kubernetes, in a sentence each. */
export type ArrowEnforcement = { readonly here: string; readonly kubernetes: string };

/** Describes a graph for people: each arrow with the mechanisms that hold it, and the plan of each program. */
export function describeGraph(graph: Graph, plans: GraphPlans): string {
  const { name, programs, arrows } = graph;
  const lines = [`Graph ${name}: ${count(programs.size, 'program')}, ${count(arrows.size, 'arrow')}`, ''];
  lines.push(
    `They start in this order: ${startOrder(graph)
      .map((step) => step.join(', '))
      .join('; then ')}.`,
  );
  for (const arrow of arrows.values()) {
    const { here, kubernetes } = enforcementOfArrow(graph, arrow);
    const place = arrow.position;
    const where = place === undefined ? '' : `  ${place.file}:${place.line}:${place.column}`;
    lines.push('', `Arrow ${arrow.name}: ${describeWay(arrow)}${where}`);
    lines.push(`  Here: ${here}`, `  On Kubernetes: ${kubernetes}`);
  }
  for (const program of programs.values()) {
    const plan = plans.get(program.name);
    if (plan === undefined) continue;
    const often = program.replicas === 1 ? '' : `, ${program.replicas} times`;
    lines.push('', `Program ${program.name}${often}, restarted ${restarts[program.restart]}:`);
    lines.push(
      ...describePlan(plan)
        .trimEnd()
        .split('\n')
        .map((line) => (line === '' ? '' : `  ${line}`)),
    );
  }
  return `${lines.map((line) => printable(line)).join('\n')}\n`;
}

const restarts = { always: 'whenever it ends', on_failure: 'when it fails', never: 'never' } as const;

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

/** The way of an arrow: `front connects to orders`. */
export function describeWay(arrow: Arrow): string {
  switch (arrow.kind) {
    case 'connection':
      return `${arrow.from} connects to ${arrow.to}`;
    case 'pipe':
      return `${arrow.from} writes, ${arrow.to} reads`;
    case 'shared_memory':
      return `${arrow.between.join(', ')} share memory`;
    case 'directory':
      return `${arrow.from} hands '${arrow.path}' to ${arrow.to}`;
    case 'service': {
      const clients = arrow.clients.join(', ');
      const ask = arrow.clients.length === 1 ? 'asks' : 'ask';
      return 'to' in arrow
        ? `${clients} ${ask} ${arrow.to}`
        : `${clients} ${ask} the service ${arrow.service}`;
    }
    case 'outside':
      return `${arrow.from} reaches a host outside`;
    case 'published':
      return `the outside reaches ${arrow.to} at ${arrow.address}:${arrow.port}${arrow.host === undefined ? '' : ` as ${arrow.host}`}`;
  }
}

/** The mechanisms that hold an arrow. */
export function enforcementOfArrow(graph: Graph, arrow: Arrow): ArrowEnforcement {
  const samePod = 'the programs share a pod, and nothing of the arrow leaves it';
  switch (arrow.kind) {
    case 'connection': {
      const carried =
        arrow.socket === undefined
          ? ''
          : '; the supervisor carries the bytes, because the server makes its socket by itself';
      return {
        here: `a UNIX socket without an address of a network${formNote(graph, arrow)}${carried}`,
        kubernetes:
          arrow.socket === undefined
            ? `mutual TLS between sidecars, which takes ${arrow.from} alone for its client and ${arrow.to} alone for its server; and a NetworkPolicy, if the cluster's network plugin enforces policies`
            : samePod,
      };
    }
    case 'pipe':
      return { here: 'a pipe: each program holds its end alone', kubernetes: samePod };
    case 'shared_memory':
      return { here: 'sealed memory without a name (memfd)', kubernetes: samePod };
    case 'directory':
      return { here: 'rights of each program to the directory', kubernetes: samePod };
    case 'service':
      return 'to' in arrow
        ? {
            here: 'a UNIX socket for each client without an address of a network: by it the server knows who asks',
            kubernetes: samePod,
          }
        : {
            here: 'a channel for each client to a confined process of services, which holds its limits',
            kubernetes:
              'the same beside each client, in its container; it answers from the files of that container',
          };
    case 'outside':
      return {
        here: 'a network of its own, whose broker dials granted hosts alone',
        kubernetes:
          'the same broker in the pod, and a NetworkPolicy for the port; policies know no names of hosts',
      };
    case 'published':
      return {
        here: isRelayed(graph, arrow)
          ? 'the supervisor listens and carries the bytes to a UNIX socket of the program'
          : 'the program holds the listener, and can make no other',
        kubernetes: 'a Service and a route of the Gateway API, and a NetworkPolicy for the port',
      };
  }
}

/** The forms in which the client of a connection holds it, in words. */
const forms: Readonly<Record<UseForm, string>> = {
  descriptor: 'one connected socket',
  path: 'the socket alone at a path of its world',
  name: 'a name in a network of its own, whose broker connects',
  directory: 'a directory',
  library: 'a service that its C library asks',
};

function formNote({ programs }: Graph, arrow: Arrow): string {
  const uses = 'from' in arrow ? (programs.get(arrow.from)?.uses ?? []) : [];
  const held = new Set(uses.filter((use) => use.arrow === arrow).map(({ form }) => forms[form]));
  return held.size === 0 ? '' : `; its client holds ${[...held].join(' and ')}`;
}

/** A graph as JSON, for programs that draw it. Names are stable. */
export type GraphJson = {
  readonly name: string;
  readonly file: string;
  readonly order: readonly (readonly string[])[];
  readonly programs: readonly {
    readonly name: string;
    readonly replicas: number;
    readonly restart: string;
    readonly uses: readonly {
      readonly arrow: string;
      readonly side: ArrowUse['side'];
      readonly form: UseForm;
    }[];
    readonly plan: PlanJson | null;
  }[];
  readonly arrows: readonly {
    readonly name: string;
    readonly kind: string;
    readonly from: string | null;
    readonly to: string | null;
    readonly between: readonly string[];
    /** The clients of a service. */
    readonly clients: readonly string[];
    readonly way: string;
    readonly enforcement: ArrowEnforcement;
  }[];
};

/** The plain data of a graph. */
export function graphToJson(graph: Graph, plans: GraphPlans): GraphJson {
  const { name, file, programs, arrows } = graph;
  return {
    name,
    file,
    order: startOrder(graph),
    programs: [...programs.values()].map(({ name: program, replicas, restart, uses }) => {
      const plan = plans.get(program);
      return {
        name: program,
        replicas,
        restart,
        uses: uses.map(({ arrow, side, form }) => ({ arrow: arrow.name, side, form })),
        plan: plan === undefined ? null : planToJson(plan),
      };
    }),
    arrows: [...arrows.values()].map((arrow) => ({
      name: arrow.name,
      kind: arrow.kind,
      from: 'from' in arrow ? arrow.from : null,
      to: 'to' in arrow ? arrow.to : null,
      between: 'between' in arrow ? arrow.between : [],
      clients: 'clients' in arrow ? arrow.clients : [],
      way: describeWay(arrow),
      enforcement: enforcementOfArrow(graph, arrow),
    })),
  };
}
