import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { LaunchOptions } from '../process/options.ts';
import { planProgram } from './check-graph.ts';
import { diffGraphs, type GraphDiff, mayRunTogether } from './graph-diff.ts';
import type { Graph, GraphProgram } from './graph-types.ts';
import type { GraphRefusal } from './mend.ts';
import { type PreparedGraph, prepareGraph, prepareNext } from './open-graph.ts';
import { type LogLine, ProgramLog } from './program-log.ts';
import { Relays } from './relays.ts';
import { Replica } from './replica.ts';
import { startOrder } from './start-order.ts';
import { type GraphStatus, statusOf } from './status.ts';

/** Options for running a graph. */
export type EngineOptions = Pick<LaunchOptions, 'accept' | 'walls'> & {
  /** The name of the document: its path. */
  readonly file: string;
  /** The folder where relative paths in the document start; by default that of `file`. */
  readonly directory?: string;
  /** The folder of sockets and logs, which no other user can use. */
  readonly folder: string;
  /** Called for each line of a log. */
  readonly onLine?: (line: LogLine) => void;
  /** Called for each operation of a program that was refused. */
  readonly onRefused?: (refusal: ProgramRefusal) => void;
};

/** An operation of a program that was refused. */
export type ProgramRefusal = GraphRefusal & {
  readonly time: Date;
  readonly program: string;
  readonly replica: number;
};

/** The programs that start at once; more would only wait for the processors. */
const STARTS_TOGETHER = 16;

/** Runs the programs of a graph on this machine. They live no longer than the thread that runs it. */
export class GraphEngine {
  readonly #options: EngineOptions;
  readonly #replicas = new Map<string, Replica[]>();
  readonly #logs = new Map<string, ProgramLog>();
  #prepared: PreparedGraph;
  #relays: Relays;
  #text: string;
  #began = new Date();
  /** Changes come one after the other. */
  #busy: Promise<unknown> = Promise.resolve();
  #down: Promise<void> | undefined;

  /**
   * Checks the graph, and makes the sockets between its programs. Nothing is started.
   *
   * @throws ConfigurationError with every mistake, ResourceError for an address that is taken; nothing stays open then.
   */
  constructor(text: string, options: EngineOptions) {
    this.#options = options;
    this.#text = text;
    this.#prepared = prepareGraph(text, options.file, options.folder, options.directory);
    try {
      this.#prepared.wiring.open();
    } catch (error) {
      this.#prepared.wiring.close();
      throw error;
    }
    this.#relays = new Relays(this.#prepared);
  }

  /** The graph as it runs. */
  get graph(): Graph {
    return this.#prepared.graph;
  }

  /** The document as it runs. */
  get text(): string {
    return this.#text;
  }

  /** The address of a published arrow. */
  addressOf(arrow: string): { readonly host: string; readonly port: number } | undefined {
    return this.#prepared.wiring.addressOf({ name: arrow });
  }

  /**
   * Starts the programs in their order.
   *
   * @returns The programs that are not ready, with the reasons.
   */
  start(): Promise<ReadonlyMap<string, string>> {
    return this.#inTurn(async () => {
      const problems = new Map<string, string>();
      for (const step of startOrder(this.graph))
        await eachOf(
          step.flatMap((name) => this.graph.programs.get(name) ?? []),
          async (program) => {
            const problem = await this.#startProgram(program);
            if (problem !== undefined) problems.set(program.name, problem);
          },
        );
      return problems;
    });
  }

  /**
   * Starts programs anew, one replica after the other. Their sockets stay, so that no connection is refused.
   *
   * @param name A program; all when `undefined`.
   * @returns The programs that are not ready, with the reasons.
   * @throws ConfigurationError when its files do not allow it any more: nothing is stopped then.
   */
  restart(name?: string): Promise<ReadonlyMap<string, string>> {
    return this.#inTurn(async () => {
      const programs = [...this.graph.programs.values()].filter(
        (one) => name === undefined || one.name === name,
      );
      if (programs.length === 0) throw new Error(`There is no program '${name}' in the graph`);
      return this.#replaceAll(programs);
    });
  }

  /**
   * Goes over to another text of the document: what is the same in both runs on.
   *
   * @throws ConfigurationError with every mistake: nothing is changed then.
   */
  update(text: string): Promise<ReadonlyMap<string, string>> {
    return this.#inTurn(async () => {
      const next = prepareNext(text, this.#options.file, this.#prepared, this.#options.directory);
      const changes = diffGraphs(this.graph, next.graph);
      try {
        next.wiring.open(this.#prepared.wiring);
      } catch (error) {
        next.wiring.closeFor(this.#prepared.wiring);
        throw error;
      }
      const before = this.#prepared;
      for (const name of changes.programs.removed) await this.#stopProgram(name);
      this.#prepared = next;
      this.#relays.close();
      this.#relays = new Relays(next, this.#relays);
      before.wiring.closeFor(next.wiring);
      this.#text = text;
      const problems = new Map<string, string>();
      for (const name of changes.programs.added) {
        const program = this.graph.programs.get(name);
        const problem = program && (await this.#startProgram(program));
        if (problem !== undefined) problems.set(name, problem);
      }
      const changed = changes.programs.changed.flatMap((name) => this.graph.programs.get(name) ?? []);
      for (const [name, problem] of await this.#replaceAll(changed)) problems.set(name, problem);
      return problems;
    });
  }

  /**
   * Compares the graph as it runs with another text.
   *
   * @throws ConfigurationError with every mistake of it.
   */
  diff(text: string): GraphDiff {
    const { graph, wiring } = prepareNext(text, this.#options.file, this.#prepared, this.#options.directory);
    wiring.closeFor(this.#prepared.wiring);
    return diffGraphs(this.graph, graph);
  }

  /** The state of programs and arrows. */
  status(): GraphStatus {
    return statusOf({
      graph: this.graph,
      began: this.#began,
      replicas: this.#replicas,
      traffic: (arrow) => this.#relays.trafficOf(arrow),
      addressOf: (arrow) => this.addressOf(arrow),
      places: this.#prepared.places,
    });
  }

  /** The replicas of a program. */
  replicasOf(program: string): readonly Replica[] {
    return this.#replicas.get(program) ?? [];
  }

  /** Stops all programs, clients before their servers, and removes the sockets. */
  down(): Promise<void> {
    this.#down ??= this.#inTurn(async () => {
      this.#relays.close();
      for (const step of startOrder(this.graph).toReversed())
        await Promise.all(step.map((name) => this.#stopProgram(name)));
      this.#relays.end();
      this.#prepared.wiring.close();
      for (const log of this.#logs.values()) log.close();
    });
    return this.#down;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.down();
  }

  #inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const turn = this.#busy.then(act);
    this.#busy = turn.catch(() => undefined);
    return turn;
  }

  async #startProgram(program: GraphProgram): Promise<string | undefined> {
    const { name, replicas } = program;
    const list = this.#replicas.get(name) ?? [];
    this.#replicas.set(name, list);
    const plan = this.#prepared.plans.get(name) ?? planProgram(this.graph, program);
    const problems: string[] = [];
    for (let number = list.length + 1; number <= replicas; number++) {
      const replica = this.#newReplica(program, number, plan);
      list.push(replica);
    }
    await Promise.all(
      list.map(async (replica) => {
        const problem = await replica.start();
        if (problem !== undefined) problems.push(problem);
      }),
    );
    return problems[0];
  }

  #newReplica(program: GraphProgram, number: number, plan: ReturnType<typeof planProgram>): Replica {
    const log = this.#logOf(program.name);
    return new Replica(program, number, plan, {
      wiring: () => this.#prepared.wiring,
      places: this.#prepared.places,
      log,
      launchOptions: {
        ...(this.#options.accept && { accept: this.#options.accept }),
        ...(this.#options.walls && { walls: this.#options.walls }),
      },
      onRefused: (refusal) => {
        const time = new Date();
        log.add({ time, program: program.name, replica: number, stream: 'graph', text: refusal.text });
        this.#options.onRefused?.({ ...refusal, time, program: program.name, replica: number });
      },
      replan: (again) => planProgram(this.graph, again),
      onOver: () => this.#finished(program),
    });
  }

  #logOf(program: string): ProgramLog {
    const known = this.#logs.get(program);
    if (known !== undefined) return known;
    const path = join(this.#options.folder, 'logs', `${program}.log`);
    for (const old of [path, `${path}.1`]) rmSync(old, { force: true });
    const log = new ProgramLog(path, (line) => this.#options.onLine?.(line));
    this.#logs.set(program, log);
    return log;
  }

  /** The readers of a program that is not started again find the ends of its pipes. */
  #finished({ name, uses }: GraphProgram): void {
    if (!this.replicasOf(name).every(({ state }) => state === 'finished')) return;
    for (const { arrow, side } of uses)
      if (arrow.kind === 'pipe')
        this.#prepared.wiring.closePipe(arrow.name, side === 'from' ? 'write' : 'read');
  }

  async #replaceAll(programs: readonly GraphProgram[]): Promise<ReadonlyMap<string, string>> {
    const problems = new Map<string, string>();
    // All are planned before anything is stopped.
    const plans = programs.map((program) => ({ program, plan: planProgram(this.graph, program) }));
    for (const { program, plan } of plans) {
      const list = this.#replicas.get(program.name) ?? [];
      for (const extra of list.splice(program.replicas)) await extra.stop();
      for (const replica of list) {
        const problem = await replica.replace(program, plan, mayRunTogether(program));
        if (problem !== undefined) {
          problems.set(program.name, problem);
          break;
        }
      }
      for (let number = list.length + 1; number <= program.replicas; number++) {
        const replica = this.#newReplica(program, number, plan);
        list.push(replica);
        const problem = await replica.start();
        if (problem !== undefined) problems.set(program.name, problem);
      }
    }
    return problems;
  }

  async #stopProgram(name: string): Promise<void> {
    await Promise.all(this.replicasOf(name).map((replica) => replica.stop()));
    this.#replicas.delete(name);
  }
}

/** Does something with each of some items, a few at a time. */
async function eachOf<Item>(items: readonly Item[], act: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values();
  const work = async (): Promise<void> => {
    for (const item of queue) await act(item);
  };
  await Promise.all(Array.from({ length: STARTS_TOGETHER }, work));
}
