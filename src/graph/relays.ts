import type { Socket } from 'node:net';
import { join } from 'node:path';
import { duplicate } from '../host/files/new-descriptors.ts';
import type { Arrow } from './graph-types.ts';
import { readRequestHead } from './http-host.ts';
import type { PreparedGraph } from './open-graph.ts';
import { ArrowRelay, noTraffic, type RelayTarget, type Traffic, tryOnce } from './relay.ts';
import { isRelayed } from './relayed.ts';

/** Milliseconds for which a connection waits for a server that is being replaced. */
const PATIENCE = 30_000;

/** The relays of a graph: for servers that make their sockets by themselves, and for addresses that we listen on. */
export class Relays {
  readonly #relays: ArrowRelay[] = [];
  readonly #old: readonly ArrowRelay[];
  readonly #traffic: Map<string, Traffic>;

  /** @param before Those of the graph before a change: their open connections stay. */
  constructor(
    { graph, wiring, places }: Pick<PreparedGraph, 'graph' | 'wiring' | 'places'>,
    before?: Relays,
  ) {
    this.#traffic = before?.takeTraffic() ?? new Map();
    this.#old = before?.all ?? [];
    for (const arrow of graph.arrows.values())
      if (arrow.kind === 'connection' && arrow.socket !== undefined) {
        const path = join(places.insideOf(arrow), arrow.socket);
        const to = this.#target(arrow, path);
        this.#add(wiring.listener(arrow.name), async () => ({ to, head: Buffer.alloc(0) }));
      }
    for (const { socket, arrows } of wiring.published) {
      const relayed = arrows.filter((arrow) => isRelayed(graph, arrow));
      const [first] = relayed;
      if (first === undefined) continue;
      const targets = new Map(relayed.map((one) => [one.host, this.#target(one, places.socketOf(one))]));
      this.#add(duplicate(socket), (client) => targetOf(client, targets));
    }
  }

  /** The numbers of an arrow that a relay carries; `undefined` for others. */
  trafficOf(arrow: string): Traffic | undefined {
    return this.#traffic.get(arrow);
  }

  /** All relays, with those of earlier graphs. */
  get all(): readonly ArrowRelay[] {
    return [...this.#old, ...this.#relays];
  }

  /** Hands the numbers on. */
  takeTraffic(): Map<string, Traffic> {
    return this.#traffic;
  }

  /** Takes no more connections. */
  close(): void {
    for (const relay of this.#relays) relay.close();
  }

  /** Ends all connections. */
  end(): void {
    for (const relay of this.all) relay.end();
  }

  #add(listener: number, target: ConstructorParameters<typeof ArrowRelay>[1]['target']): void {
    this.#relays.push(new ArrowRelay(listener, { target, patience: PATIENCE }));
  }

  #target({ name }: Pick<Arrow, 'name'>, path: string): RelayTarget {
    const traffic = this.#traffic.get(name) ?? noTraffic();
    this.#traffic.set(name, traffic);
    return { dial: () => tryOnce(path), traffic };
  }
}

/** Finds the program for a connection by the host of its first request, where programs share a port. */
async function targetOf(
  client: Socket,
  targets: ReadonlyMap<string | undefined, RelayTarget>,
): Promise<{ readonly to: RelayTarget; readonly head: Buffer } | undefined> {
  const all = targets.get(undefined);
  if (all !== undefined) return { to: all, head: Buffer.alloc(0) };
  const head = await readRequestHead(client);
  const to = head && targets.get(head.host);
  if (to !== undefined) return { to, head: head?.bytes ?? Buffer.alloc(0) };
  if (head !== undefined) {
    for (const { traffic } of targets.values()) traffic.refused++;
    client.end('HTTP/1.1 421 Misdirected Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    await new Promise((resolve) => client.once('close', resolve));
  }
  return undefined;
}
