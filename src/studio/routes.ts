import type { IncomingMessage, ServerResponse } from 'node:http';
import { fieldOf } from '../control/json-lines.ts';
import { readEdit } from './edits/read-edit.ts';
import { type Gate, SAFE_HEADERS } from './gate.ts';
import type { Session } from './session.ts';
import type { ChartAnswer, StudioAction, StudioAnswer, StudioEvent } from './wire.ts';

/** Bytes of a request at most: the largest document, with room for escapes. */
const LARGEST_REQUEST = 8 * 1024 * 1024;

/** Pages that listen at once, and bytes that wait for one of them. */
const MOST_PAGES = 16;
const MOST_WAITING = 64 * 1024 * 1024;

const ACTIONS: readonly StudioAction[] = ['undo', 'redo', 'up', 'down', 'update'];

/** The files of the page by their paths. */
export type PageFiles = ReadonlyMap<string, { readonly type: string; readonly bytes: Uint8Array }>;

/** Serves the page, and what it asks for. */
export class Routes {
  readonly #gate: Gate;
  readonly #files: PageFiles;
  readonly #listeners = new Set<ServerResponse>();
  session: Session | undefined;

  constructor(gate: Gate, files: PageFiles) {
    this.#gate = gate;
    this.#files = files;
  }

  /** Tells all pages. A page that does not read is left behind. */
  tell(event: StudioEvent): void {
    const line = `${JSON.stringify(event)}\n`;
    for (const page of this.#listeners) {
      page.write(line);
      if (page.writableLength > MOST_WAITING) page.destroy();
    }
  }

  /** Answers a request. */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(SAFE_HEADERS)) response.setHeader(name, value);
    const { method = '', url = '' } = request;
    // The path is a key of a map, and no other path resolves.
    const file = method === 'GET' ? this.#files.get(url) : undefined;
    const refusal = file === undefined ? this.#gate.refuse(request) : this.#gate.refusePage(request);
    if (refusal !== undefined) return end(response, refusal.status, { refused: refusal.reason });
    if (file !== undefined) {
      response.writeHead(200, { 'Content-Type': file.type }).end(file.bytes);
      return;
    }
    const { session } = this;
    if (session === undefined) return end(response, 503, { refused: 'The studio is starting' });
    if (method === 'GET' && url === '/api/events') return this.#listen(session, response);
    const [, name] = /^\/api\/(edit|undo|redo|up|down|update|history)$/.exec(url) ?? [];
    if (name === undefined) return end(response, 404, { refused: 'There is nothing at this path' });
    if (method !== 'POST' || request.headers['content-type'] !== 'application/json')
      return end(response, 400, { refused: 'Requests are POST, with a body of JSON' });
    const body = await readBody(request);
    if (body === undefined) return end(response, 413, { refused: 'The request is too large, or no JSON' });
    if (name === 'history') {
      const of = fieldOf(body, 'name');
      const kind = fieldOf(body, 'kind') === 'arrow' ? 'arrow' : 'program';
      return end(response, 200, await session.history(kind, typeof of === 'string' ? of : ''));
    }
    const action = ACTIONS.find((one) => one === name);
    const edit = action === undefined ? readEdit(body) : undefined;
    if (action === undefined && edit === undefined)
      return end(response, 400, { refused: 'The studio does not know this edit' });
    const answer = edit === undefined ? await session.act(action ?? 'undo') : await session.edit(edit);
    end(response, 200, answer);
  }

  /** Sends events, one JSON line each, until the page goes. */
  #listen(session: Session, response: ServerResponse): void {
    if (this.#listeners.size >= MOST_PAGES) {
      end(response, 503, { refused: 'Too many pages are open; close some' });
      return;
    }
    response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
    for (const event of session.greeting) response.write(`${JSON.stringify(event)}\n`);
    this.#listeners.add(response);
    response.once('close', () => this.#listeners.delete(response));
  }
}

function end(response: ServerResponse, status: number, answer: StudioAnswer | ChartAnswer): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
}

/** Reads a body as JSON; `undefined` when it is too large, does not say its length, or is no JSON. */
async function readBody(request: IncomingMessage): Promise<unknown> {
  // Node's parser ends a body at the length that it has announced.
  const length = Number(request.headers['content-length'] ?? Number.NaN);
  if (!(length <= LARGEST_REQUEST)) return undefined;
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
