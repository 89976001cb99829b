import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { makeFolder } from '../programs.ts';

/** A front end that passes requests on to `back`, which is a name in its network. */
export const FRONT = `
import { createServer } from 'node:http';
import { Server } from 'node:net';
import { listener, network, program, readable, writable } from 'cloudabi/program';
const schema = { web: listener(), net: network(), ready: writable(), stop: readable() };
export default program({ schema }, ({ web, ready, stop }) => {
  const server = createServer(async (request, response) => {
    response.setHeader('connection', 'close');
    try {
      const answer = await fetch('http://back:7000' + request.url, { headers: { connection: 'close' } });
      response.end('front ' + await answer.text());
    } catch (error) {
      response.statusCode = 502;
      response.end(String(error) + ' ' + String((error as Error).cause));
    }
  }).listen(web);
  ready.end('\\n');
  // Connections without a request yet are served, too: server.close() of HTTP would end them.
  stop.resume().once('end', () => Server.prototype.close.call(server));
});
`;

/** A server that says its process, and what it was asked. */
export const BACK = `
import { createServer } from 'node:http';
import { Server } from 'node:net';
import { listener, program, readable, writable } from 'cloudabi/program';
const schema = { listen: listener(), ready: writable(), stop: readable() };
const self = Math.random().toString(36).slice(2);
export default program({ schema }, ({ listen, ready, stop }) => {
  const server = createServer((request, response) => {
    response.setHeader('connection', 'close');
    console.log('asked', request.url);
    if (request.url === '/crash') process.exit(3);
    response.end('back ' + self);
  }).listen(listen);
  ready.end('\\n');
  // Connections without a request yet are served, too: server.close() of HTTP would end them.
  stop.resume().once('end', () => Server.prototype.close.call(server));
});
`;

/** Two programs with a connection between them, and a published address. */
export const PAIR = `!graph
programs:
  front:
    program: front.ts
    grants:
      web: !arrow web
      net: !network [!arrow back]
      ready: !ready
      stop: !stop
      errors: !fd stderr
  back:
    program: back.ts
    grants:
      listen: !arrow back
      ready: !ready
      stop: !stop
      output: !fd stdout
arrows:
  web: !published { to: front, port: 0 }
  back: !connection { from: front, to: back, port: 7000 }
`;

/** Makes a folder with a graph and its programs; returns the path of the document. */
export function graphFolder(
  t: TestContext,
  document: string,
  files: Readonly<Record<string, string>> = { 'front.ts': FRONT, 'back.ts': BACK },
): string {
  const folder = makeFolder(t);
  for (const [name, text] of Object.entries({ ...files, 'graph.yaml': document })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return join(folder, 'graph.yaml');
}

/** Asks a published address, and returns the answer with its status. */
export async function ask(
  address: { readonly port: number } | undefined,
  path = '/',
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${address?.port}${path}`, {
    headers: { connection: 'close', ...headers },
  });
  return `${answer.status} ${await answer.text()}`;
}
