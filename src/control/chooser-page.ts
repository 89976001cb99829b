import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ChooserAnswer, type ChooserQuestion, serveChooser } from './chooser-server.ts';

/** A page on the loopback on which a person answers the questions of powerboxes. */
export type ChooserPage = {
  /** Its address with a secret token: the browser that is given it answers, and no other. */
  readonly url: string;
  readonly close: () => void;
};

/** The most bytes of an answer. */
const LONGEST_FORM = 16_384;

const LOOPBACK = '127.0.0.1';

type Open = {
  readonly id: string;
  readonly question: ChooserQuestion;
  readonly answer: (choice: ChooserAnswer) => void;
};

/**
 * Serves a page for the powerboxes that were granted with `chooser: PATH`. It needs no script in the browser.
 *
 * @param path As `serveChooser` takes it.
 * @param options `port` of the loopback; any free one by default.
 * @throws Error as `serveChooser`.
 *
 * @example
 * const { url } = await serveChooserPage('/run/user/1000/choose');
 * console.log(`Choose at ${url}`);
 */
export async function serveChooserPage(
  path: string,
  { port = 0 }: { readonly port?: number } = {},
): Promise<ChooserPage> {
  const token = randomBytes(24).toString('base64url');
  const open: Open[] = [];
  const server = createServer((request, response) => {
    const { port: own } = server.address() as AddressInfo;
    serve(request, response, { host: `${LOOPBACK}:${own}`, token, open }).catch(() => response.destroy());
  });
  server.listen(port, LOOPBACK);
  await once(server, 'listening');
  const chooser = serveChooser(
    path,
    (question, signal) =>
      new Promise((resolve) => {
        const one: Open = {
          id: randomBytes(12).toString('base64url'),
          question,
          answer: (choice) => {
            forget(open, one);
            resolve(choice);
          },
        };
        open.push(one);
        signal.addEventListener('abort', () => one.answer('refuse'));
      }),
  );
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://${LOOPBACK}:${own}/${token}/`,
    close: () => {
      chooser.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

function forget(open: Open[], one: Open): void {
  const index = open.indexOf(one);
  if (index >= 0) open.splice(index, 1);
}

type Place = { readonly host: string; readonly token: string; readonly open: readonly Open[] };

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { host, token, open }: Place,
): Promise<void> {
  response.setHeader(
    'content-security-policy',
    "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
  );
  response.setHeader('cache-control', 'no-store');
  response.setHeader('referrer-policy', 'same-origin');
  const [, given = ''] = request.url?.split('/') ?? [];
  // A name that leads here, as an attacker's server may give one to a browser, is no address of ours.
  if (request.headers.host !== host || !isSame(given, token) || request.url !== `/${token}/`) {
    response.writeHead(404).end();
    return;
  }
  const [first] = open;
  if (request.method === 'GET') {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(first === undefined ? waitingPage() : questionPage(first));
    return;
  }
  if (request.method !== 'POST' || (request.headers.origin ?? `http://${host}`) !== `http://${host}`) {
    response.writeHead(403).end();
    return;
  }
  const form = new URLSearchParams(await bodyOf(request));
  const choice = form.get('choice') ?? '';
  // An answer to an earlier question is none to this one.
  const asked = open.find(({ id }) => id === form.get('question'));
  asked?.answer(readChoice(choice, asked.question));
  response.writeHead(303, { location: `/${token}/` }).end();
}

function isSame(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > LONGEST_FORM) throw new Error('The answer is too long');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString();
}

function readChoice(text: string, { entries }: ChooserQuestion): ChooserAnswer {
  if (text === 'this' || text === 'up') return text;
  const entry = /^[0-9]{1,4}$/.test(text) ? entries[Number(text)] : undefined;
  return entry === undefined ? 'refuse' : { entry: entry.name };
}

function waitingPage(): string {
  return page('<meta http-equiv="refresh" content="1">', '<p>No program asks for anything.</p>');
}

function questionPage({ id, question }: Open): string {
  const { kind, access, reason, path, entries } = question;
  const button = (value: string, label: string): string =>
    `<li><button name="choice" value="${value}">${escapeHtml(label)}</button></li>`;
  const buttons = [
    ...(path === '' ? [] : [button('up', '↑ the directory above')]),
    ...entries.map(({ name, directory }, index) => button(`${index}`, directory ? `${name}/` : name)),
    ...(kind === 'directory' ? [button('this', 'this directory')] : []),
    button('refuse', 'refuse'),
  ];
  const said = reason === '' ? '' : `<p>It says: <q>${escapeHtml(reason)}</q></p>`;
  return page(
    '',
    `<h1>A program asks for a ${kind} to ${access}</h1>${said}<p>In ${path === '' ? 'the granted directory' : `<b>${escapeHtml(path)}</b>`}:</p>` +
      `<form method="post"><input type="hidden" name="question" value="${id}"><ul>${buttons.join('')}</ul></form>`,
  );
}

function page(head: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Choose</title>${head}</head><body>${body}</body></html>\n`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (one) => entities[one] ?? one);
}
