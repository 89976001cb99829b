import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:http2';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { launch, pipe, socket } from '../../src/index.ts';
import { folderWith } from '../frame/program/sources.ts';
import { CASES } from '../frame/run/http/cases.ts';
import { exchange } from '../frame/run/http/client.ts';
import { NAMES, serveAll } from '../frame/run/http/servers.ts';

/** Words of a server and answers to its clients, by case and by server. */
type Seen = {
  readonly answers: Readonly<Record<string, readonly [string, string]>>;
  readonly logs: Readonly<Record<string, readonly unknown[]>>;
};

async function answersOf(ports: Readonly<Record<string, number>>): Promise<Seen['answers']> {
  const answers: Record<string, readonly [string, string]> = {};
  for (const [name, { server, steps }] of Object.entries(CASES)) {
    answers[name] = await exchange(ports[server] ?? 0, steps);
  }
  return answers;
}

/** Asks servers of plain Node, in the process of the test. */
async function outside(): Promise<Seen> {
  const logs: Record<string, unknown[]> = {};
  const { ports, servers } = await serveAll(
    () => 0,
    (name) => {
      const log: unknown[] = [];
      logs[name] = log;
      return (...what) => log.push(JSON.parse(JSON.stringify(what)));
    },
  );
  const answers = await answersOf(ports);
  for (const server of servers.filter(({ listening }) => listening)) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
  return { answers, logs };
}

const PROGRAM = `
  import { program } from 'cloudabi/program';
  import { serveAll } from './servers.ts';
  export default program(async ({ sockets, output, stop }: any) => {
    const print = (...what: unknown[]) => output.write(JSON.stringify(what) + '\\n');
    const { ports, servers } = await serveAll(
      (name) => sockets[name],
      (name) => (...what) => print('log', name, what),
    );
    print('ports', ports);
    stop.once('end', async () => {
      for (const server of servers.filter(({ listening }) => listening)) {
        server.closeAllConnections();
        await new Promise((done) => server.close(done));
      }
    }).resume();
  });`;

test('servers on a socket that was handed to a program answer as those of plain Node', async (t) => {
  const source = readFileSync('tests/frame/run/http/servers.ts', 'utf8');
  const folder = folderWith(t, { 'package.json': '{}', 'program.ts': PROGRAM, 'servers.ts': source });
  const sockets = Object.fromEntries(NAMES.map((name) => [name, socket({ bind: '127.0.0.1:0' })]));
  const output = pipe('write');
  const stop = pipe('read');
  await using child = launch(`${folder}/program.ts`, { sockets, output, stop });
  const logs: Record<string, unknown[]> = Object.fromEntries(NAMES.map((name) => [name, []]));
  const lines = createInterface({ input: output.stream });
  const ports = new Promise<Record<string, number>>((done) => {
    lines.on('line', (line) => {
      const [kind, first, what] = JSON.parse(line);
      if (kind === 'ports') done(first);
      else logs[first]?.push(what);
    });
  });
  const answers = await answersOf(await ports);
  const read = once(lines, 'close');
  stop.stream.end();
  assert.deepEqual(await child.exited.then(({ kind }) => kind), 'exited');
  await read;
  const expected = await outside();
  for (const name of Object.keys(CASES)) assert.deepEqual(answers[name], expected.answers[name], name);
  for (const name of NAMES) assert.deepEqual(logs[name], expected.logs[name], name);
});

const DIFFERENT = `
  import { createServer } from 'node:http';
  import { createServer as createServer2 } from 'node:http2';
  import { program } from 'cloudabi/program';
  export default program(({ named, two, output }: any) => {
    const print = (...what: unknown[]) => output.write(JSON.stringify(what) + '\\n');
    const server = createServer().listen(named, () => {
      print('address', server.address());
      server.close(() => server.on('error', ({ code }: any) => {
        print('again', code);
        const other = createServer2((request, response) => {
          response.end('version ' + request.httpVersion, () => other.close());
        });
        other.listen(two, () => print('two', Object(other.address()).port));
      }).listen(named));
    });
  });`;

test('a handed socket has no path and is used once, and HTTP/2 is served on it', async (t) => {
  const folder = folderWith(t, { 'package.json': '{}', 'program.ts': DIFFERENT });
  const output = pipe('write');
  const named = socket({ bind: `${folder}/s` });
  await using child = launch(`${folder}/program.ts`, { named, two: socket({ bind: '127.0.0.1:0' }), output });
  const lines: unknown[] = [];
  for await (const line of createInterface({ input: output.stream })) {
    const [what, value] = JSON.parse(line);
    if (what !== 'two') lines.push([what, value]);
    else lines.push(await answerOf2(value));
  }
  assert.deepEqual(lines, [['address', null], ['again', 'EINVAL'], 'version 2.0']);
  assert.deepEqual(await child.exited.then(({ kind }) => kind), 'exited');
});

async function answerOf2(port: number): Promise<string> {
  const session = connect(`http://127.0.0.1:${port}`);
  const answer = await text(session.request({ ':path': '/' }));
  session.close();
  return answer;
}
