import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { readValues } from '../control/json-lines.ts';
import type { ExitReason } from '../process/exit-reason.ts';
import { file as fileGrant, pipe, socket } from '../resources/constructors.ts';
import { launch } from '../run/launch.ts';
import { Desk } from './desk.ts';
import { DocumentFile } from './document-file.ts';
import { SupervisorLink } from './supervisor-link.ts';

/** Options of a studio. */
export type StudioOptions = {
  /** The port on the loopback interface; 0 lets the host choose one. */
  readonly port: number;
  readonly readOnly: boolean;
  /** The address of a Prometheus, which the desk asks; `undefined` for none. */
  readonly prometheus: string | undefined;
  /** Starts the graph in the background; resolves with the reason why it did not start. */
  readonly start: () => Promise<string | undefined>;
};

/** A studio that serves. */
export type OpenStudio = {
  /** The address of the page; the token stands behind `#`, which browsers do not send. */
  readonly url: string;
  /** The end of its server. */
  readonly ended: Promise<ExitReason>;
  close(): Promise<void>;
};

const LOOPBACK = '127.0.0.1';

/** Bytes of the token. */
const TOKEN = 24;

/**
 * Opens a studio for the document of a graph: starts its server behind walls, and answers it.
 *
 * @throws Error of Node for a document that cannot be read, ResourceError for a port that is taken.
 */
export async function openStudio(file: string, options: StudioOptions): Promise<OpenStudio> {
  const document = new DocumentFile(file);
  document.read();
  const { prometheus } = options;
  if (prometheus !== undefined) checkPrometheus(prometheus);
  const token = randomBytes(TOKEN).toString('base64url');
  const [requests, answers] = [pipe('write'), pipe('read')];
  const send = (value: object): void => void answers.stream.write(`${JSON.stringify(value)}\n`);
  const built = fileURLToPath(new URL('../studio', import.meta.url));
  const server = launch(`${built}/server.mjs`, {
    listen: socket({ bind: `${LOOPBACK}:${options.port}` }),
    page: fileGrant(`${built}/page`, { rights: 'read' }),
    requests,
    answers,
    token,
  });
  const link = new SupervisorLink(file, send);
  const watching = document.watch((text) => send({ type: 'changed', text }));
  const close = async (): Promise<void> => {
    watching.close();
    link.close();
    await server[Symbol.asyncDispose]();
  };
  const serving = new Promise<number>((onServing) => {
    const { start, readOnly } = options;
    const desk = new Desk({ file, document, link, start, readOnly, prometheus, onServing, send });
    readValues(requests.stream, (request) => void desk.take(request));
  });
  const first = await Promise.race([serving, server.exited]);
  if (typeof first === 'number')
    return { url: `http://${LOOPBACK}:${first}/#token=${token}`, ended: server.exited, close };
  await close();
  throw new Error(`The server of the studio has ended before it served: ${JSON.stringify(first)}`);
}

/** @throws RangeError when it is no address of HTTP. */
function checkPrometheus(address: string): void {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const plain = url !== undefined && url.username === '' && url.search === '' && url.hash === '';
  if (!plain || !/^https?:$/.test(url.protocol))
    throw new RangeError(`'${address}' is no address such as http://127.0.0.1:9090`);
}
