import { fieldOf } from '../control/json-lines.ts';
import { nameOfGraph } from '../graph/read-graph.ts';
import { checkText } from './check-text.ts';
import type { DocumentFile } from './document-file.ts';
import { askPrometheus } from './prometheus.ts';
import type { SupervisorLink } from './supervisor-link.ts';
import type { ChartPart, ChartSource } from './wire.ts';

/** The parts that the desk acts with. */
export type DeskParts = {
  /** The name of the document, as the user has given it. */
  readonly file: string;
  readonly document: DocumentFile;
  readonly link: SupervisorLink;
  /** Starts the graph in the background; resolves with the reason why it did not start. */
  readonly start: () => Promise<string | undefined>;
  /** Refuses everything that changes something. */
  readonly readOnly: boolean;
  /** The address of a Prometheus, in the place of the supervisor's own history. */
  readonly prometheus: string | undefined;
  readonly onServing: (port: number) => void;
  /** Sends a value to the server. */
  readonly send: (value: object) => void;
};

/** Characters of a text that is checked or saved; longer ones are no documents. */
const LONGEST = 4 * 1024 * 1024;

/**
 * Answers the confined server of the studio. This is all it can ask for: the document is one file, and its graph one graph.
 */
export class Desk {
  readonly #parts: DeskParts;
  readonly #requests: Readonly<
    Record<string, { readonly changes: boolean; readonly answer: (request: unknown) => unknown }>
  >;

  constructor(parts: DeskParts) {
    this.#parts = parts;
    const { document, file, link, start, send } = parts;
    this.#requests = {
      open: { changes: false, answer: () => ({ file, text: document.read() }) },
      check: { changes: false, answer: (request) => checkText(textAt(request, 'text'), file) },
      save: {
        changes: true,
        answer: (request) => document.save(textAt(request, 'base'), textAt(request, 'text')) ?? null,
      },
      up: {
        changes: true,
        answer: async () => {
          if (link.runs) throw new Error('The graph runs already');
          send({ type: 'run', state: 'starting', message: null });
          const problem = await start();
          if (problem !== undefined) {
            send({ type: 'run', state: 'stopped', message: problem });
            throw new Error(problem);
          }
          await link.hurry();
          return null;
        },
      },
      down: {
        changes: true,
        answer: async () => {
          await link.ask('down');
          send({ type: 'run', state: 'stopping', message: null });
          return null;
        },
      },
      history: { changes: false, answer: (request) => this.#history(request) },
      update: { changes: true, answer: () => link.change('update', { text: document.read() }) },
    };
  }

  /** Takes a request of the server. */
  async take(request: unknown): Promise<void> {
    const { readOnly, onServing, send } = this.#parts;
    const [id, action, port] = [fieldOf(request, 'id'), fieldOf(request, 'do'), fieldOf(request, 'port')];
    if (action === 'serving' && typeof port === 'number') return onServing(port);
    if (typeof id !== 'number') return;
    try {
      const known = typeof action === 'string' && Object.hasOwn(this.#requests, action);
      const row = known ? this.#requests[action] : undefined;
      if (row === undefined) throw new Error('The desk does not know this request');
      if (row.changes && readOnly) throw new Error('The studio was started with --read-only');
      send({ id, value: (await row.answer(request)) ?? null });
    } catch (error) {
      send({ id, error: error instanceof Error ? error.message : String(error) });
    }
  }

  async #history(request: unknown): Promise<ChartSource> {
    const { file, link, prometheus } = this.#parts;
    const [kind, name] = [kindAt(request), textAt(request, 'name')];
    if (prometheus === undefined)
      return { source: 'supervisor', part: (await link.ask('history', { [kind]: name })) as ChartPart };
    const now = Date.now() / 1000;
    return {
      source: 'prometheus',
      part: await askPrometheus(prometheus, nameOfGraph(file), kind, name, now),
    };
  }
}

function kindAt(request: unknown): 'program' | 'arrow' {
  return fieldOf(request, 'kind') === 'arrow' ? 'arrow' : 'program';
}

function textAt(request: unknown, key: string): string {
  const text = fieldOf(request, key);
  if (typeof text !== 'string' || text.length > LONGEST) throw new Error(`'${key}' is no text of a document`);
  return text;
}
