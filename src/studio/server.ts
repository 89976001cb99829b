import { createServer } from 'node:http';
import { fieldOf } from '../control/json-lines.ts';
import { directory, listener, program, readable, text, writable } from '../program/index.ts';
import { DeskClient } from './desk-client.ts';
import { Gate } from './gate.ts';
import { type PageFiles, Routes } from './routes.ts';
import { Session } from './session.ts';

/*
 * The server of the studio: a program in TypeScript like any other. Its grants are a listening socket, the files of the
 * page to read, and a pipe in each direction to the desk, which answers a short list of requests (desk.ts).
 */

const schema = {
  listen: listener(),
  page: directory(),
  requests: writable(),
  answers: readable(),
  token: text(),
};

/** The files of the page, with their paths on the server. */
const FILES: readonly (readonly [path: string, name: string, type: string])[] = [
  ['/', 'index.html', 'text/html; charset=utf-8'],
  ['/icon.svg', 'icon.svg', 'image/svg+xml'],
  ['/page.js', 'page.js', 'text/javascript; charset=utf-8'],
  ['/page.css', 'page.css', 'text/css; charset=utf-8'],
];

/** Milliseconds for the head of a request. */
const HEAD_TIME = 10_000;

export default program({ schema }, async ({ listen, page, requests, answers, token }) => {
  const files: PageFiles = new Map(
    await Promise.all(
      FILES.map(async ([path, name, type]) => [path, { type, bytes: await page.read(name) }] as const),
    ),
  );
  const port = listen.address?.port ?? 0;
  const routes = new Routes(new Gate(port, token), files);
  const desk = new DeskClient(requests, answers, (event) => routes.session?.hear(event));
  const server = createServer(
    { headersTimeout: HEAD_TIME, maxHeaderSize: 16 * 1024 },
    (request, response) => {
      routes.serve(request, response).catch(() => response.destroy());
    },
  );
  server.listen(listen);
  const opened = await desk.ask('open');
  const [file, content] = [String(fieldOf(opened, 'file')), String(fieldOf(opened, 'text'))];
  routes.session = new Session(file, content, desk, (event) => routes.tell(event));
  desk.tell({ do: 'serving', port });
  await new Promise(() => undefined);
});
