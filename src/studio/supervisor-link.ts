import { join } from 'node:path';
import { fieldOf } from '../control/json-lines.ts';
import { ControlClient } from '../control/line-client.ts';
import { CONTROL_SOCKET } from '../graph/graph-service.ts';
import { folderOfGraph } from '../graph/open-graph.ts';
import { readMend } from './edits/read-edit.ts';
import type { RefusedOperation } from './wire.ts';

/** Milliseconds between two looks for a supervisor that does not run, and between two looks at the state of one. */
const LOOK = 1000;

/** Listens to the supervisor of a graph while it runs, and finds it again. */
export class SupervisorLink {
  readonly #path: string;
  readonly #onEvent: (event: object) => void;
  readonly #jobs = new Map<number, (event: unknown) => void>();
  #client: ControlClient | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /**
   * @param document Path of the document.
   * @param onEvent Called with `run`, `status` and `line` events.
   */
  constructor(document: string, onEvent: (event: object) => void) {
    this.#path = join(folderOfGraph(document), CONTROL_SOCKET);
    this.#onEvent = onEvent;
    void this.#look();
  }

  /** True while a supervisor runs the graph. */
  get runs(): boolean {
    return this.#client !== undefined;
  }

  /** Looks at once, when a supervisor has just been started. */
  async hurry(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#look();
  }

  /**
   * Asks the supervisor.
   *
   * @throws Error when it does not run, or refuses.
   */
  async ask(action: string, fields: object = {}): Promise<unknown> {
    if (this.#client === undefined) throw new Error('The graph does not run; press play');
    return this.#client.ask(action, fields);
  }

  /**
   * Asks for a change and waits for its end.
   *
   * @throws Error with the reasons of programs that are not ready.
   */
  async change(action: string, fields: object = {}): Promise<void> {
    const job = await this.ask(action, fields);
    if (typeof job !== 'number') return;
    const event = await new Promise<unknown>((resolve) => this.#jobs.set(job, resolve));
    const error = fieldOf(event, 'error');
    if (typeof error === 'string') throw new Error(error);
    const problems = fieldOf(event, 'problems');
    if (Array.isArray(problems) && problems.length > 0)
      throw new Error(problems.map(([name, why]) => `Program '${name}' is not ready: ${why}`).join('\n'));
  }

  /** Lets go of the supervisor, which runs on. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#client?.close();
  }

  async #look(): Promise<void> {
    try {
      if (this.#client === undefined) await this.#connect();
      else this.#onEvent({ type: 'status', status: await this.#client.ask('status') });
    } catch {
      // It does not run, or is being checked.
    }
    clearTimeout(this.#timer);
    if (!this.#closed) this.#timer = setTimeout(() => void this.#look(), LOOK);
  }

  async #connect(): Promise<void> {
    const client = await ControlClient.open(this.#path, (event) => this.#hear(event));
    if (this.#client !== undefined || this.#closed) return client.close();
    this.#client = client;
    void client.ended.then(() => this.#lost());
    await client.ask('follow');
    this.#onEvent({ type: 'run', state: 'running', message: null });
    const refusals = await client.ask('refusals');
    if (Array.isArray(refusals)) this.#onEvent({ type: 'refusals', refusals: refusals.map(refusalOf) });
    this.#onEvent({ type: 'status', status: await client.ask('status') });
  }

  #hear(event: unknown): void {
    const job = fieldOf(event, 'job');
    if (typeof job === 'number') {
      this.#jobs.get(job)?.(event);
      this.#jobs.delete(job);
      return;
    }
    if (fieldOf(event, 'type') === 'refusal') this.#onEvent({ type: 'refusal', refusal: refusalOf(event) });
    if (fieldOf(event, 'type') !== 'line') return;
    const [time, program, replica] = [
      fieldOf(event, 'time'),
      fieldOf(event, 'program'),
      fieldOf(event, 'replica'),
    ];
    const line = { time, program, replica, stream: fieldOf(event, 'stream'), text: fieldOf(event, 'text') };
    this.#onEvent({ type: 'line', line });
  }

  #lost(): void {
    this.#client = undefined;
    for (const resolve of this.#jobs.values()) resolve({ error: 'The supervisor of the graph has ended' });
    this.#jobs.clear();
    if (!this.#closed) this.#onEvent({ type: 'run', state: 'stopped', message: null });
  }
}

/** A refusal as pages take it. */
function refusalOf(event: unknown): RefusedOperation {
  return {
    time: String(fieldOf(event, 'time')),
    program: String(fieldOf(event, 'program')),
    text: String(fieldOf(event, 'text')),
    mend: readMend(fieldOf(event, 'mend')) ?? null,
  };
}
