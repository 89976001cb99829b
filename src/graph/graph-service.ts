import { fieldOf } from '../control/json-lines.ts';
import { type LineClient, LineServer, type LineSession } from '../control/line-server.ts';
import type { GraphEngine, ProgramRefusal } from './engine.ts';
import { StatusHistory } from './history.ts';
import type { LogLine } from './program-log.ts';

/** The name of the control socket in the folder of a graph. */
export const CONTROL_SOCKET = 'control.sock';

/** Refusals that are kept for processes which ask later. */
const MOST_REFUSALS = 200;

/** The events of a graph that other processes hear of. */
export type GraphEvent =
  | ({ readonly type: 'line' } & LogLine)
  | ({ readonly type: 'refusal' } & ProgramRefusal)
  /** A change that was asked for is over; `problems` are those of programs that are not ready. */
  | {
      readonly type: 'done';
      readonly job: number;
      readonly error?: string;
      readonly problems: readonly (readonly [string, string])[];
    };

/** Lets other processes of the user look at a graph that runs, and change it. */
export class GraphService {
  readonly #server: LineServer;
  readonly #listeners = new Set<LineClient>();
  #engine: GraphEngine | undefined;
  #onDown: () => void = () => undefined;
  #jobs = 0;
  #isUp = false;
  #history: StatusHistory | undefined;
  /** The last refusals, which those hear of who come later. */
  readonly #refusals: GraphEvent[] = [];

  /** @throws Error when the graph runs already: the path is taken. */
  constructor(path: string) {
    this.#server = new LineServer(path, (client) => this.#begin(client));
  }

  /** Serves a graph from now on. `onDown` is called when a process asks to stop it. */
  serve(engine: GraphEngine, onDown: () => void): void {
    this.#engine = engine;
    this.#onDown = onDown;
    this.#history = new StatusHistory(() => engine.status());
    this.#history.start();
  }

  /** All programs were started once. */
  up(): void {
    this.#isUp = true;
  }

  /** Tells processes that follow the logs. */
  line(line: LogLine): void {
    for (const client of this.#listeners) client.send({ type: 'line', ...line } satisfies GraphEvent);
  }

  /** Tells them of an operation that was refused. */
  refusal(refusal: ProgramRefusal): void {
    const event = { type: 'refusal', ...refusal } satisfies GraphEvent;
    this.#refusals.push(event);
    if (this.#refusals.length > MOST_REFUSALS) this.#refusals.shift();
    for (const client of this.#listeners) client.send(event);
  }

  /** Ends all connections and removes the socket. */
  close(): void {
    this.#history?.stop();
    this.#server.close();
  }

  #begin(client: LineClient): LineSession {
    return {
      onValue: (value) => this.#answer(client, value),
      onEnd: () => this.#listeners.delete(client),
    };
  }

  #answer(client: LineClient, request: unknown): void {
    const id = fieldOf(request, 'id');
    try {
      client.send({ id, value: this.#act(client, request) });
    } catch (error) {
      client.send({ id, error: error instanceof Error ? error.message : String(error) });
    }
  }

  #act(client: LineClient, request: unknown): unknown {
    const engine = this.#engine;
    const action = fieldOf(request, 'do');
    const text = fieldOf(request, 'text');
    const program = fieldOf(request, 'program');
    if (action === 'state') return { up: this.#isUp, pid: process.pid };
    if (engine === undefined) throw new Error('The graph is being checked');
    switch (action) {
      case 'status':
        return engine.status();
      case 'text':
        return engine.text;
      case 'follow':
        this.#listeners.add(client);
        return null;
      case 'refusals':
        return this.#refusals;
      case 'history': {
        const arrow = fieldOf(request, 'arrow');
        if (typeof program === 'string') return this.#history?.ofProgram(program);
        if (typeof arrow === 'string') return this.#history?.ofArrow(arrow);
        throw new Error("'history' needs the name of a 'program' or an 'arrow'");
      }
      case 'diff':
        if (typeof text !== 'string') throw new Error("'diff' needs the text of a graph");
        return engine.diff(text);
      case 'update':
        if (typeof text !== 'string') throw new Error("'update' needs the text of a graph");
        return this.#job(client, () => engine.update(text));
      case 'restart':
        if (typeof program === 'string' && !engine.graph.programs.has(program))
          throw new Error(`There is no program '${program}' in the graph`);
        return this.#job(client, () => engine.restart(typeof program === 'string' ? program : undefined));
      case 'down':
        setImmediate(this.#onDown);
        return null;
      default:
        throw new Error(`A graph does not know '${String(action).slice(0, 80)}'`);
    }
  }

  /** Begins a change, whose end is told by an event. */
  #job(client: LineClient, change: () => Promise<ReadonlyMap<string, string>>): number {
    const job = ++this.#jobs;
    change().then(
      (problems) => client.send({ type: 'done', job, problems: [...problems] } satisfies GraphEvent),
      (error: unknown) =>
        client.send({
          type: 'done',
          job,
          error: error instanceof Error ? error.message : String(error),
          problems: [],
        } satisfies GraphEvent),
    );
    return job;
  }
}
