import { readFileSync } from 'node:fs';
import { usageNow } from '../control/usage.ts';
import { firstProcess } from '../process/first-process.ts';
import type { Arrow, Graph } from './graph-types.ts';
import { type ArrowPlaces, channelOf } from './places.ts';
import type { Traffic } from './relay.ts';
import type { Replica } from './replica.ts';

/** The state of a graph, for people and programs. Names are stable. */
export type GraphStatus = {
  readonly name: string;
  readonly file: string;
  readonly began: Date;
  readonly programs: readonly ProgramStatus[];
  readonly arrows: readonly ArrowStatus[];
};

/** The state of a replica of a program. */
export type ProgramStatus = {
  readonly program: string;
  readonly replica: number;
  readonly state: string;
  /** The id of the first process; null when none runs. */
  readonly pid: number | null;
  readonly since: Date | null;
  readonly starts: number;
  readonly failures: number;
  readonly refusals: number;
  readonly processes: number;
  /** Bytes. */
  readonly memory: number;
  /** Milliseconds, of all its instances. */
  readonly cpuTime: number;
  readonly lastEnd: string | null;
};

/** The state of an arrow. Numbers are null where the kernel carries the data and nothing of ours sees it. */
export type ArrowStatus = {
  readonly arrow: string;
  readonly kind: string;
  readonly address: string | null;
  /** Connections now. */
  readonly open: number | null;
  readonly connections: number | null;
  readonly sent: number | null;
  readonly received: number | null;
  readonly refused: number | null;
};

/** The parts of a running graph that its state is made of. */
export type StatusSources = {
  readonly graph: Graph;
  readonly began: Date;
  readonly replicas: ReadonlyMap<string, readonly Replica[]>;
  readonly traffic: (arrow: string) => Traffic | undefined;
  readonly addressOf: (arrow: string) => { readonly host: string; readonly port: number } | undefined;
  readonly places: ArrowPlaces;
};

/** Looks at the state of a graph. */
export function statusOf({ graph, began, replicas, traffic, addressOf, places }: StatusSources): GraphStatus {
  const open = openConnections();
  return {
    name: graph.name,
    file: graph.file,
    began,
    programs: [...replicas].flatMap(([name, list]) => list.map((replica) => replicaStatus(name, replica))),
    arrows: [...graph.arrows.values()].map((arrow) => {
      const counted = waysOf(arrow).reduce(
        (sum, name) => sum + (open.get(places.socketOf({ name })) ?? 0),
        0,
      );
      return arrowStatus(arrow, traffic(arrow.name), addressOf(arrow.name), counted);
    }),
  };
}

function replicaStatus(program: string, replica: Replica): ProgramStatus {
  const { number, counts, state, instance, lastEnd } = replica;
  const runs = instance !== undefined && instance.state !== 'ended';
  const pid = runs ? firstProcess(instance.process) : undefined;
  const usage = pid === undefined ? { processes: 0, memory: 0, cpuTime: 0 } : usageNow(pid);
  return {
    program,
    replica: number,
    state,
    pid: pid ?? null,
    since: runs ? instance.began : null,
    starts: counts.starts,
    failures: counts.failures,
    refusals: counts.refusals,
    processes: usage.processes,
    memory: usage.memory,
    cpuTime: Math.round(counts.cpuTime + usage.cpuTime),
    lastEnd: lastEnd ?? null,
  };
}

/** The names of the sockets of an arrow. */
function waysOf(arrow: Arrow): readonly string[] {
  if (!('clients' in arrow)) return [arrow.name];
  return arrow.clients.map((client) => channelOf(arrow, client));
}

function arrowStatus(
  arrow: Arrow,
  traffic: Traffic | undefined,
  address: { readonly host: string; readonly port: number } | undefined,
  counted: number,
): ArrowStatus {
  const connects = arrow.kind === 'connection' || arrow.kind === 'published';
  return {
    arrow: arrow.name,
    kind: arrow.kind,
    address: address === undefined ? null : `${address.host}:${address.port}`,
    open:
      traffic?.open ??
      (arrow.kind === 'connection' || (arrow.kind === 'service' && 'to' in arrow) ? counted : null),
    connections: connects ? (traffic?.connections ?? null) : null,
    sent: traffic?.sent ?? null,
    received: traffic?.received ?? null,
    refused: traffic?.refused ?? null,
  };
}

/** The state of a connected UNIX socket in `/proc/net/unix` (SS_CONNECTED). */
const CONNECTED = '03';

/** Counts the connections of UNIX sockets by the path of their listener (proc(5)): the accepted ends carry it. */
function openConnections(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of readFileSync('/proc/net/unix', 'latin1').split('\n')) {
    const [, , , , , state, , path] = line.split(/\s+/);
    if (state === CONNECTED && path !== undefined) counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  return counts;
}
