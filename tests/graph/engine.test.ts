import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type LogLine, launchGraph, type RunningGraph } from '../../src/graph/index.ts';
import { freePort } from '../frame/free-port.ts';
import { ask, BACK, graphFolder, PAIR } from '../frame/graph/graphs.ts';
import { until } from '../frame/programs.ts';

type Running = RunningGraph & { readonly lines: readonly LogLine[]; readonly file: string };

/** Launches a graph, which is stopped at the end of the test. */
async function up(
  t: TestContext,
  document: string,
  files?: Readonly<Record<string, string>>,
): Promise<Running> {
  const file = graphFolder(t, document, files);
  const lines: LogLine[] = [];
  const graph = await launchGraph(file, { onLine: (line) => lines.push(line) });
  t.after(() => graph.down());
  return Object.assign(Object.create(graph), { ...graph, lines, file });
}

const texts = ({ lines }: Running, program: string): readonly string[] =>
  lines.filter((line) => line.program === program).map(({ text }) => text);

test('a graph connects its programs, and the outside reaches the published one', async (t) => {
  const graph = await up(t, PAIR);
  assert.deepEqual([...graph.problems], []);
  assert.match(await ask(graph.addressOf('web'), '/x'), /^200 front back \w+$/);
  await until('it has happened', () => texts(graph, 'back').includes('asked /x'));
  const { programs, arrows } = graph.status();
  assert.deepEqual(
    programs.map(({ program, state, starts }) => [program, state, starts]),
    [
      ['back', 'ready', 1],
      ['front', 'ready', 1],
    ],
  );
  assert.ok(programs.every(({ memory, pid }) => memory > 1e6 && pid !== null));
  assert.deepEqual(
    arrows.map(({ arrow, connections, refused }) => [arrow, connections, refused]),
    [
      ['web', 1, 0],
      ['back', null, null],
    ],
  );
});

test('nothing is lost while every program is started anew, one after the other', async (t) => {
  const graph = await up(t, PAIR);
  const answers: string[] = [];
  let over = false;
  const load = Array.from({ length: 3 }, async () => {
    while (!over) answers.push(await ask(graph.addressOf('web')));
  });
  await until('it has happened', () => answers.length > 10);
  assert.deepEqual([...(await graph.restart())], []);
  const before = answers.length;
  await until('it has happened', () => answers.length > before + 10);
  over = true;
  await Promise.all(load);
  assert.deepEqual(
    answers.filter((answer) => !answer.startsWith('200 front back ')),
    [],
  );
  assert.equal(new Set(answers).size, 2, 'two instances of the server have answered');
});

test('a connection waits for a server that has ended, and is served by the next', async (t) => {
  const graph = await up(t, PAIR);
  assert.match(await ask(graph.addressOf('web'), '/crash'), /^502 /);
  // Nothing listens now, but the socket is there.
  assert.match(await ask(graph.addressOf('web'), '/again'), /^200 front back /);
  const back = graph.status().programs.find(({ program }) => program === 'back');
  assert.deepEqual([back?.starts, back?.failures, back?.lastEnd], [2, 1, 'Exited with status 3']);
});

test('a program that fails again and again is started ever more seldom', async (t) => {
  const graph = await up(t, '!graph\nprograms: { a: { program: /bin/false, grants: !command {} } }');
  const ends = (): readonly LogLine[] => graph.lines.filter(({ text }) => text === 'Exited with status 1');
  await until('it has happened', () => ends().length >= 3);
  const times = ends().map(({ time }) => time.getTime());
  const [first = 0, second = 0, third = 0] = times;
  assert.ok(second - first >= 95 && third - second >= 190, `${times}`);
});

test('a program that is to end once is not started again, and its reader finds the end', async (t) => {
  const document = `!graph
programs:
  gen:
    program: /bin/sh
    restart: never
    grants: !command { base: system, arguments: [-c, 'echo one; echo two'], stdout: !arrow feed }
  sink:
    program: /bin/sh
    restart: on_failure
    grants: !command { base: system, arguments: [-c, 'cat; echo end'], stdin: !arrow feed, stdout: !fd stdout }
arrows:
  feed: !pipe { from: gen, to: sink }
`;
  const graph = await up(t, document, {});
  await until('all have ended', () => graph.status().programs.every(({ state }) => state === 'finished'));
  assert.deepEqual(texts(graph, 'sink'), ['one', 'two', 'end', 'Exited with status 0']);
});

test('a server that makes its socket by itself is waited for, and connections wait while it is replaced', async (t) => {
  const document = `!graph
programs:
  store:
    program: ${process.execPath}
    grants: !command
      base: system
      arguments: [/app/store.js]
      directories: { /app: !file { path: app }, /run/store: !arrow store }
      proc: processes
      stderr: !fd stderr
  client:
    program: ${process.execPath}
    grants: !command
      base: system
      arguments: [/app/client.js]
      directories: { /app: !file { path: app } }
      sockets: { /run/store.sock: !arrow store }
      proc: processes
      stdout: !fd stdout
      stderr: !fd stderr
arrows:
  store: !connection { from: client, to: store, socket: it.sock }
`;
  const graph = await up(t, document, {
    'app/store.js': `const path = '/run/store/it.sock'; require('fs').rmSync(path, { force: true });
      const s = require('net').createServer((c) => c.end('hi')).listen(path);
      process.on('SIGTERM', () => process.exit(0));`,
    'app/client.js': `const once = () => { let got = ''; require('net').connect('/run/store.sock').on('data', (d) => { got += d; })
      .on('error', (e) => console.log(String(e))).on('close', () => { console.log('got ' + got); setTimeout(once, 20); }); }; once();`,
  });
  assert.deepEqual([...graph.problems], []);
  await until('it has happened', () => texts(graph, 'client').length > 3);
  await graph.restart('store');
  const seen = texts(graph, 'client').length;
  await until('it has happened', () => texts(graph, 'client').length > seen + 3);
  assert.deepEqual(new Set(texts(graph, 'client')), new Set(['got hi']));
  const store = graph.status().arrows.find(({ arrow }) => arrow === 'store');
  assert.ok((store?.connections ?? 0) > 3 && (store?.received ?? 0) > 6, JSON.stringify(store));
});

test('programs share a port by their hosts, and other hosts are refused', async (t) => {
  const program = (name: string): string => `  ${name}:
    program: back.ts
    grants: { listen: !arrow ${name}, ready: !ready, stop: !stop, output: !fd stdout }
`;
  const port = await freePort();
  const document = `!graph
programs:
${program('one')}${program('two')}arrows:
  one: !published { to: one, port: ${port}, host: one.example }
  two: !published { to: two, port: ${port}, host: two.example }
`;
  const graph = await up(t, document);
  const send = async (host: string): Promise<string> => {
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET /${host} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    return text;
  };
  assert.match(await send('one.example'), /^HTTP\/1\.1 200 /);
  assert.match(await send('TWO.example:80'), /^HTTP\/1\.1 200 /);
  assert.match(await send('three.example'), /^HTTP\/1\.1 421 /);
  await until('it has happened', () => texts(graph, 'two').includes('asked /TWO.example:80'));
  assert.ok(texts(graph, 'one').includes('asked /one.example'));
  assert.ok(!texts(graph, 'one').some((text) => text.includes('TWO')));
});

test('a new text of the document changes what differs, and leaves the rest alone', async (t) => {
  const graph = await up(t, PAIR);
  const pid = (name: string): number | null | undefined =>
    graph.status().programs.find(({ program }) => program === name)?.pid;
  const [front, back] = [pid('front'), pid('back')];
  const next = PAIR.replace('program: back.ts', 'program: other.ts').replace(
    'arrows:',
    '  more: { program: back.ts, grants: { listen: !arrow more, ready: !ready, stop: !stop } }\narrows:\n  more: !published { to: more, port: 0 }',
  );
  writeFileSync(join(dirname(graph.file), 'other.ts'), BACK.replace('back ', 'other '));
  assert.deepEqual(graph.diff(next), {
    programs: { added: ['more'], removed: [], changed: ['back'] },
    arrows: { added: ['more'], removed: [], changed: [] },
  });
  await assert.rejects(graph.update(next.replace('other.ts', 'gone.ts')), /gone\.ts/);
  assert.deepEqual([pid('front'), pid('back')], [front, back], 'a mistake changes nothing');
  assert.deepEqual([...(await graph.update(next))], []);
  assert.match(await ask(graph.addressOf('web')), /^200 front other /);
  assert.match(await ask(graph.addressOf('more')), /^200 back /);
  assert.equal(pid('front'), front);
  assert.notEqual(pid('back'), back);
  assert.deepEqual([...(await graph.update(PAIR))], []);
  assert.match(await ask(graph.addressOf('web')), /^200 front back /);
  assert.equal(graph.addressOf('more'), undefined);
});

test('a new instance that does not become ready leaves the old one running', async (t) => {
  const document = PAIR.replace(
    '    program: back.ts\n',
    '    program: back.ts\n    ready: { within: 5s }\n',
  );
  const graph = await up(t, document);
  writeFileSync(join(dirname(graph.file), 'back.ts'), BACK.replace("ready.end('\\n');", ''));
  const problems = await graph.restart('back');
  assert.match(problems.get('back') ?? '', /It was not ready within 5000 ms/);
  assert.match(await ask(graph.addressOf('web')), /^200 front back /);
  const counts = graph.status().programs.find(({ program }) => program === 'back');
  assert.equal(counts?.state, 'ready');
});

test('memory is shared by the programs of its arrow', async (t) => {
  const document = `!graph
programs:
  one:
    program: one.ts
    restart: never
    grants: { table: !arrow table }
  two:
    program: two.ts
    grants: { table: !arrow table, output: !fd stdout }
arrows:
  table: !shared_memory { between: [one, two], size: 64 KiB }
`;
  const graph = await up(t, document, {
    'one.ts': `import { program, sharedMemory } from 'cloudabi/program';
      export default program({ schema: { table: sharedMemory() } }, ({ table }) => { table.bytes[100] = 42; });`,
    'two.ts': `import { program, sharedMemory } from 'cloudabi/program';
      export default program({ schema: { table: sharedMemory() } }, async ({ table }) => {
        while (table.bytes[100] !== 42) await new Promise((resolve) => setTimeout(resolve, 5));
        console.log('seen'); setInterval(() => {}, 1e9); });`,
  });
  await until('it has happened', () => texts(graph, 'two').includes('seen'));
});

test('a directory is handed from one program to another with fewer rights', async (t) => {
  const document = `!graph
programs:
  maker:
    program: /bin/sh
    restart: never
    grants: !command { base: system, arguments: [-c, 'echo page > /out/page; echo made'], directories: { /out: !arrow pages }, stdout: !fd stdout }
  reader:
    program: /bin/sh
    restart: never
    grants: !command { base: system, arguments: [-c, 'while ! cat /in/page; do sleep 0.01; done; echo x > /in/page || echo refused'], directories: { /in: !arrow pages }, stdout: !fd stdout }
arrows:
  pages: !directory { from: maker, to: reader, path: pages }
`;
  const file = graphFolder(t, document, {});
  mkdirSync(join(dirname(file), 'pages'));
  const lines: LogLine[] = [];
  await using graph = await launchGraph(file, { onLine: (line) => lines.push(line) });
  await until('all have ended', () => graph.status().programs.every(({ state }) => state === 'finished'));
  const said = lines
    .filter(({ program, stream }) => program === 'reader' && stream === 'stdout')
    .map(({ text }) => text);
  assert.deepEqual(said, ['page', 'refused']);
  assert.equal(readFileSync(join(dirname(file), 'pages/page'), 'utf8'), 'page\n');
});

test('a graph that is stopped leaves no process, socket or folder', async (t) => {
  const file = graphFolder(t, PAIR);
  const graph = await launchGraph(file);
  const pids = graph.status().programs.map(({ pid }) => pid);
  const port = graph.addressOf('web')?.port ?? 0;
  await graph.down();
  for (const pid of pids) assert.ok(!existsSync(`/proc/${pid}`), `${pid} runs`);
  await assert.rejects(fetch(`http://127.0.0.1:${port}/`));
});

test('an address that is taken starts nothing', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const file = graphFolder(t, PAIR.replace('port: 0', `port: ${port}`));
  await assert.rejects(launchGraph(file), /Arrow 'web' cannot be made: .*in use/);
});

test('no program of a graph can change its document for the next start', async (t) => {
  const document = `!graph
programs:
  a:
    program: /bin/sh
    restart: never
    grants: !command
      base: system
      arguments: [-c, 'echo x > /x/graph.yaml || echo refused; echo y > /x/other && echo written']
      directories: { /x: !file { path: ., rights: [read, write, create, remove] } }
      stdout: !fd stdout
`;
  const graph = await up(t, document, {});
  await until('all have ended', () => graph.status().programs.every(({ state }) => state === 'finished'));
  assert.deepEqual(
    graph.lines.filter(({ stream }) => stream === 'stdout').map(({ text }) => text),
    ['refused', 'written'],
  );
  assert.equal(readFileSync(graph.file, 'utf8'), document);
});
