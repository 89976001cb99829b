// Arrows of services: those that we have, and those that a program of the graph offers.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { describeGraph } from '../../src/graph/explain-graph.ts';
import { checkGraph, type LogLine, launchGraph, manifestsOf } from '../../src/graph/index.ts';
import { ConfigurationError } from '../../src/resources/mistake.ts';
import { graphFolder } from '../frame/graph/graphs.ts';

const ASKER = `import { program, service, writable } from 'cloudabi/program';

export default program({ schema: { users: service('pwd'), log: writable() } }, async ({ users, log }) => {
  const name = async (uid: number) => (await users.getpwuid({ uid }))?.name ?? 'nobody known';
  log.end(\`\${await name(0)}, \${await name(1)}\\n\`);
});
`;

const KEEPER = `import { once } from 'node:events';
import { createServer } from 'node:net';
import { listener, program, readable, text, writable } from 'cloudabi/program';

const schema = {
  front: listener(),
  frontSecret: text(),
  batch: listener(),
  batchSecret: text(),
  ready: writable(),
  stop: readable(),
};

export default program({ schema }, async ({ front, frontSecret, batch, batchSecret, ready, stop }) => {
  createServer((socket) => socket.end(frontSecret)).listen(front);
  createServer((socket) => socket.end(batchSecret)).listen(batch);
  ready.end('\\n');
  await once(stop.resume(), 'end');
  process.exit(0);
});
`;

const CLIENT = `import { connection, program, writable } from 'cloudabi/program';

export default program({ schema: { keeper: connection(), log: writable() } }, async ({ keeper, log }) => {
  let told = '';
  for await (const part of keeper) told += part;
  log.end(\`was told \${told}\\n\`);
});
`;

const CASPER = `!graph
programs:
  front:
    program: asker.ts
    restart: never
    grants: { users: !arrow users, log: !fd stdout }
  batch:
    program: asker.ts
    restart: never
    grants: { users: !arrow users, log: !fd stdout }
  linux:
    program: /usr/bin/getent
    restart: never
    grants: !command
      base: system
      arguments: [passwd, root, daemon]
      services: [!arrow users]
      stdout: !fd stdout
arrows:
  users: !service
    service: { pwd: { users: [root, daemon], fields: [name, uid] } }
    from: { front: { users: [root] }, batch:, linux: }
`;

const OFFERED = `!graph
programs:
  keeper:
    program: keeper.ts
    image: i
    grants:
      front: !arrow secrets/front
      frontSecret: tea
      batch: !arrow secrets/batch
      batchSecret: coffee
      ready: !ready
      stop: !stop
  front:
    program: client.ts
    image: i
    restart: never
    grants: { keeper: !arrow secrets, log: !fd stdout }
  batch:
    program: /bin/sh
    image: i
    restart: never
    grants: !command
      base: system
      arguments: [-c, 'python3 -c "import socket; s = socket.socket(socket.AF_UNIX); s.connect(\\"/run/keeper\\"); print(s.recv(99).decode())"; ls /run']
      sockets: { /run/keeper: !arrow secrets }
      stdout: !fd stdout
      stderr: !fd stderr
arrows:
  secrets: !service { from: [front, batch], to: keeper }
`;

const FILES = { 'asker.ts': ASKER, 'keeper.ts': KEEPER, 'client.ts': CLIENT };

/** Runs a graph until all programs with `restart: never` have ended; gives what each has printed. */
async function printed(t: TestContext, document: string): Promise<ReadonlyMap<string, string>> {
  const lines: LogLine[] = [];
  const graph = await launchGraph(graphFolder(t, document, FILES), { onLine: (line) => lines.push(line) });
  t.after(() => graph.down());
  assert.deepEqual(
    [...graph.problems.values()].filter((text) => !text.includes('ended before')),
    [],
  );
  const over = (): boolean =>
    graph.status().programs.every(({ program, state }) => program === 'keeper' || state === 'finished');
  for (let look = 0; look < 5000 && !over(); look++) await pause(20);
  const texts = new Map<string, string>();
  for (const { program, stream, text } of lines)
    if (stream !== 'graph') texts.set(program, `${texts.get(program) ?? ''}${text}\n`);
  return texts;
}

test('a service of ours answers each client of its arrow within the limits of that client', async (t) => {
  const texts = await printed(t, CASPER);
  assert.equal(texts.get('front'), 'root, nobody known\n');
  assert.equal(texts.get('batch'), 'root, daemon\n');
  assert.match(texts.get('linux') ?? '', /^root:[^:]*:0:65534:.*\ndaemon:[^:]*:1:65534:/);
});

test('a program that offers a service knows its clients by their listeners', async (t) => {
  const texts = await printed(t, OFFERED);
  assert.equal(texts.get('front'), 'was told tea\n');
  assert.equal(texts.get('batch'), 'coffee\nkeeper\n', 'it has its own way alone');
});

function mistakesIn(t: TestContext, document: string): string {
  try {
    checkGraph(document, graphFolder(t, document, FILES));
  } catch (error) {
    if (error instanceof ConfigurationError)
      return error.mistakes
        .map(({ message, position }) => `${position?.line}:${position?.column} ${message}`)
        .join('\n');
    throw error;
  }
  return '';
}

test('mistakes of services are told with their places', (t) => {
  assert.equal(mistakesIn(t, CASPER), '');
  assert.equal(mistakesIn(t, OFFERED), '');
  const cases: readonly (readonly [document: string, from: string, to: string, mistake: RegExp])[] = [
    [
      CASPER,
      '{ front: { users: [root] }',
      '{ front: { users: [root, bin] }',
      /^22:\d+ Limits of 'front' are wider/,
    ],
    [CASPER, 'pwd:', 'module:', /grant '!service \{ module: … \}' to the client, without an arrow/],
    [OFFERED, '!service { from', '!link { from', /A link joins two programs .* use !connection/],
    [CASPER, 'pwd:', 'pwt:', /^21:\d+ !service knows no service 'pwt'.*did you mean 'pwd'/],
    [CASPER, 'batch:, linux', 'bach:, linux', /There is no program 'bach'; did you mean 'batch'/],
    [CASPER, 'services: [!arrow users]', 'sockets: { /x: !arrow users }', /in the list 'services'/],
    [OFFERED, '!arrow secrets/batch', '!arrow secrets/bach', /no client 'bach'; did you mean 'batch'/],
    [
      OFFERED,
      'batch: !arrow secrets/batch',
      'batch: none',
      /nothing in the grants of 'keeper' is '!arrow secrets\/batch'/,
    ],
    [OFFERED, '!arrow secrets/front', '!arrow secrets', /a listener for each client/],
    [
      OFFERED,
      '[front, batch]',
      '{ front: { a: 1 }, batch: }',
      /Limits of 'front' stand in the grants of 'keeper'/,
    ],
    [OFFERED, ', to: keeper', '', /one of 'to', the name of a program that offers it, and 'service'/],
    [OFFERED, '[front, batch]', '[front, front, batch]', /A program stands here twice/],
    [OFFERED, '[front, batch]', '[]', /expects 1 to 256 names of programs/],
    [OFFERED, '[front, batch]', '[front, batch, keeper]', /from 'keeper' to itself/],
    [OFFERED, 'keeper: !arrow secrets', 'keeper: !arrow secrets/batch', /its client holds it/],
  ];
  const random = CASPER.replace(/service: \{.*/, 'service: random').replace('{ users: [root] }', '');
  assert.match(mistakesIn(t, random), /cannot have 'random'/);
  for (const [document, from, to, mistake] of cases) {
    assert.ok(document.includes(from), from);
    assert.match(mistakesIn(t, document.replace(from, to)), mistake);
  }
});

test('explain says who asks, and what holds it here and on Kubernetes', (t) => {
  for (const [document, words] of [
    [CASPER, /Arrow users: front, batch, linux ask the service pwd.*\n {2}Here: a channel for each client/],
    [OFFERED, /Arrow secrets: front, batch ask keeper.*\n {2}Here: a UNIX socket for each client/],
  ] as const) {
    const { graph, plans } = checkGraph(document, graphFolder(t, document, FILES));
    assert.match(describeGraph(graph, plans), words);
  }
});

/** The objects of a document on Kubernetes, as JSON. */
function cluster(t: TestContext, document: string): string {
  const { graph } = checkGraph(document, graphFolder(t, document, FILES));
  return JSON.stringify(manifestsOf(graph, { image: 'i' }));
}

test('on Kubernetes a service of ours runs beside each client, within its limits', (t) => {
  const all = cluster(t, CASPER);
  assert.match(
    all,
    /users: !service\\n {2}pwd:\\n {4}fields:\\n {6}- name\\n {6}- uid\\n {4}users:\\n {6}- root\\nlog/,
  );
  assert.doesNotMatch(all, /channel-/);
  const files = CASPER.replace(
    'pwd: { users: [root, daemon], fields: [name, uid] }',
    'filesystem: { directory: data }',
  )
    .replace('{ users: [root] }', '')
    .replace(', linux: ', ' ')
    .replace('services: [!arrow users]', 'working_directory: /');
  assert.match(cluster(t, files), /directory: \/app\/data/, 'a path of the image');
  const net = files.replace('filesystem: { directory: data }', "net: { connect: ['example.org:80'] }");
  assert.throws(() => cluster(t, net), /:22:\d+|!outside/);
});

test('on Kubernetes a program that offers a service shares the pod of its clients, and a folder with each', (t) => {
  const { graph } = checkGraph(OFFERED, graphFolder(t, OFFERED, FILES));
  const all = manifestsOf(graph, { image: 'i' });
  const pods = all.filter(({ kind }) => ['Deployment', 'StatefulSet', 'Job'].includes(kind));
  assert.equal(pods.length, 1);
  const mounts = JSON.stringify(pods);
  assert.match(mounts, /"emptyDir":\{\}.*"name":"channel-secrets-0-1"/);
  const containers: readonly unknown[] = Object(Object(Object(pods[0]?.['spec'])['template'])['spec'])[
    'containers'
  ];
  const of = (name: string): string => JSON.stringify(containers.find((one) => Object(one)['name'] === name));
  assert.equal(Object(containers[0])['name'], 'keeper', 'the server starts first');
  assert.match(of('keeper'), /secrets\/front.*secrets\/batch/);
  assert.match(of('front'), /secrets\/front/);
  assert.doesNotMatch(of('front'), /secrets\/batch/, 'no client has the folder of another');
});
