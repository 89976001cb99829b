import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type CheckedGraph, checkGraph } from '../../src/graph/index.ts';
import { startOrder } from '../../src/graph/start-order.ts';
import { ConfigurationError } from '../../src/resources/mistake.ts';
import { graphFolder, PAIR } from '../frame/graph/graphs.ts';

/** The mistakes of a document, each `line:column message`. */
function mistakesIn(t: TestContext, document: string): readonly string[] {
  const file = graphFolder(t, document);
  try {
    checkGraph(document, file);
  } catch (error) {
    if (error instanceof ConfigurationError)
      return error.mistakes.map(
        ({ message, position }) => `${position?.line}:${position?.column} ${message}`,
      );
    throw error;
  }
  return [];
}

function check(t: TestContext, document: string): CheckedGraph {
  return checkGraph(document, graphFolder(t, document));
}

/** A graph of Linux programs with grants and arrows. */
function graphOf(programs: Readonly<Record<string, string>>, arrows: readonly string[] = []): string {
  const boxes = Object.entries(programs).map(
    ([name, grants]) => `  ${name}: { program: /bin/true, grants: ${grants} }`,
  );
  return `!graph\nprograms:\n${boxes.join('\n')}\narrows:\n${arrows.map((arrow) => `  ${arrow}\n`).join('')}`;
}

test('a graph without a mistake has a plan for each program', (t) => {
  const { graph, plans } = check(t, PAIR);
  assert.deepEqual([...plans.keys()], ['front', 'back']);
  assert.deepEqual(startOrder(graph), [['back'], ['front']]);
  assert.deepEqual(
    graph.programs.get('front')?.uses.map(({ arrow, side, form }) => [arrow.name, side, form]),
    [
      ['web', 'to', 'descriptor'],
      ['back', 'from', 'name'],
    ],
  );
});

test('every mistake of a graph is told with its place, all at once', (t) => {
  const document = PAIR.replace('web: !arrow web', 'web: !arrow wep')
    .replace('program: back.ts', 'program: gone.ts')
    .replace('to: back, port: 7000', 'to: back, prt: 7000')
    .replace('!published', '!publisht');
  const mistakes = mistakesIn(t, document);
  assert.equal(mistakes.length, 4, mistakes.join('\n'));
  assert.match(mistakes[0] ?? '', /^6:19 There is no arrow 'wep'; did you mean 'web'\?$/);
  assert.match(mistakes[1] ?? '', /^\d+:\d+ Program 'back': .*gone\.ts.*no such file/);
  assert.match(
    mistakes[2] ?? '',
    /^19:8 An arrow is one of .* not '!publisht'; did you mean '!published'\?$/,
  );
  assert.match(mistakes[3] ?? '', /^20:\d+ Unknown key 'prt' in !connection, .* did you mean 'port'\?$/);
});

test('a limit that nothing holds is told with its place and as the document spells it', (t) => {
  const document = `!graph
programs:
  a: { program: /bin/true, grants: !command {}, limits: { threads: 3 } }
  b: { program: front.ts, limits: { cpu_time: 5s } }
`;
  const file = graphFolder(t, document);
  assert.throws(
    () => checkGraph(document, file),
    (error) => {
      assert.ok(error instanceof ConfigurationError);
      assert.match(error.message, /:3:68: Program 'a': Limit 'threads' is for WebAssembly programs/);
      assert.match(error.message, /:4:47: Program 'b': Limit 'cpu_time' is for Linux programs/);
      return true;
    },
  );
});

test('an arrow to nowhere is a mistake, and one to a program that holds no end of it', (t) => {
  const nowhere = graphOf({ a: '!command { stdout: !arrow x }' }, ['x: !pipe { from: a, to: b }']);
  assert.match(mistakesIn(t, nowhere)[0] ?? '', /There is no program 'b'/);
  const unheld = graphOf({ a: '!command { stdout: !arrow x }', b: '!command {}' }, [
    'x: !pipe { from: a, to: b }',
  ]);
  assert.match(
    mistakesIn(t, unheld)[0] ?? '',
    /^6:6 Arrow 'x' \(!pipe from a to b\): nothing in the grants of 'b' is '!arrow x'; a program reads it through a descriptor, such as 'stdin'$/,
  );
  const held = graphOf({ a: '!command { stdout: !arrow x }', b: '!command { stdin: !arrow x }' }, [
    'x: !pipe { from: a, to: b }',
  ]);
  assert.deepEqual(mistakesIn(t, held), []);
});

test('a program that is at neither end of an arrow cannot hold it', (t) => {
  const document = graphOf(
    {
      a: '!command { stdout: !arrow x }',
      b: '!command { stdin: !arrow x }',
      c: '!command { stdin: !arrow x }',
    },
    ['x: !pipe { from: a, to: b }'],
  );
  assert.deepEqual(mistakesIn(t, document), [
    "5:61 Arrow 'x' (!pipe from a to b): program 'c' is at neither end of it",
  ]);
});

test('an end of the wrong type is a mistake: a listener is no directory, a pipe no path of a socket', (t) => {
  const arrows = ['x: !connection { from: a, to: b }', 'y: !pipe { from: a, to: b }'];
  const wrong = graphOf(
    {
      a: '!command { sockets: { /x: !arrow y }, stdin: !arrow x }',
      b: '!command { directories: { /x: !arrow x }, stdin: !arrow y }',
    },
    arrows,
  );
  const mistakes = mistakesIn(t, wrong);
  assert.equal(mistakes.length, 2, mistakes.join('\n'));
  assert.match(mistakes[0] ?? '', /Arrow 'y' .*: a program writes to it through a descriptor/);
  assert.match(mistakes[1] ?? '', /Arrow 'x' .*: its server holds it as a descriptor, on which it listens/);
  const right = graphOf(
    {
      a: '!command { sockets: { /x: !arrow x }, stdout: !arrow y }',
      b: '!command { descriptors: { 3: !arrow x }, stdin: !arrow y }',
    },
    arrows,
  );
  assert.deepEqual(mistakesIn(t, right), []);
});

test('the wrong end of a pipe is found by the check of grants: its writer has it on no standard input', (t) => {
  const document = graphOf({ a: '!command { stdin: !arrow x }', b: '!command { stdin: !arrow x }' }, [
    'x: !pipe { from: a, to: b }',
  ]);
  assert.match(mistakesIn(t, document)[0] ?? '', /^3:\d+ /);
});

test('two programs cannot have one port, unless each has its own host', (t) => {
  const programs = {
    a: '!command { descriptors: { 3: !arrow x } }',
    b: '!command { descriptors: { 3: !arrow y } }',
  };
  const port = (hosts: readonly string[]): readonly string[] =>
    mistakesIn(
      t,
      graphOf(programs, [
        `x: !published { to: a, port: 8080${hosts[0]} }`,
        `y: !published { to: b, port: 8080${hosts[1]} }`,
      ]),
    );
  assert.match(
    port(['', ''])[0] ?? '',
    /^7:6 Arrow 'y' publishes 127\.0\.0\.1:8080, and arrow 'x' does so already in line 6/,
  );
  assert.match(port([', host: a.example', ''])[0] ?? '', /give each a 'host'/);
  assert.match(port([', host: a.example', ', host: a.example'])[0] ?? '', /does so already/);
  assert.deepEqual(port([', host: a.example', ', host: b.example']), []);
});

test('cycles are fine: the first program of one does not wait', (t) => {
  const document = graphOf(
    {
      a: '!command { descriptors: { 3: !arrow x, 4: !arrow y } }',
      b: '!command { descriptors: { 3: !arrow x, 4: !arrow y } }',
      c: '!command {}',
    },
    ['x: !connection { from: a, to: b }', 'y: !connection { from: b, to: a }'],
  );
  const { graph } = check(t, document);
  assert.deepEqual(startOrder(graph), [['c'], ['a'], ['b']]);
});

test('no more is handed on than there is', (t) => {
  const document = (handed: string): string =>
    graphOf(
      {
        a: '!command { base: system, directories: { /x: !arrow x } }',
        b: '!command { base: system, directories: { /x: !arrow x } }',
      },
      [`x: !directory { from: a, to: b, path: ., rights: read, handed: ${handed} }`],
    );
  assert.match(
    mistakesIn(t, document('[read, write]'))[0] ?? '',
    /gives rights that the program at 'from' does not have/,
  );
  assert.deepEqual(mistakesIn(t, document('read')), []);
});

test('a program of a graph has no descriptor of the supervisor', (t) => {
  assert.match(
    mistakesIn(t, graphOf({ a: '!command { stdin: !fd stdin }' }))[0] ?? '',
    /In a graph, !fd is 'stdout' or 'stderr'/,
  );
  assert.match(
    mistakesIn(t, graphOf({ a: '!command { descriptors: { 3: !fd 3 } }' }))[0] ?? '',
    /In a graph/,
  );
});

test('ten thousand boxes, and ten thousand arrows to nowhere, are refused at once', (t) => {
  const before = process.cpuUsage();
  const boxes = Array.from({ length: 10_000 }, (_, at) => `  p${at}: { program: /bin/true }`).join('\n');
  assert.match(
    mistakesIn(t, `!graph\nprograms:\n${boxes}\n`)[0] ?? '',
    /The graph has 10000 programs, more than the 4096 allowed/,
  );
  const arrows = Array.from({ length: 10_000 }, (_, at) => `x${at}: !pipe { from: q${at}, to: q${at} }`);
  const some = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`p${at}`, '!command {}']));
  assert.match(mistakesIn(t, graphOf(some, arrows)).join('\n'), /There is no program 'q0'/);
  const { user } = process.cpuUsage(before);
  assert.ok(user < 20e6, `${user} microseconds of processor time`);
});

test('names that could be something else are refused: paths, hosts, labels', (t) => {
  for (const name of ['../x', 'a_b', 'A', '1', 'a.b', '-a', `a${'b'.repeat(60)}`, 'a\\nb'])
    assert.match(
      mistakesIn(t, graphOf({ [`"${name}"`]: '!command {}' }))[0] ?? '',
      /The name of a program/,
      name,
    );
  assert.deepEqual(mistakesIn(t, graphOf({ 'a-b2': '!command {}' })), []);
});

test('a document that is no graph is refused with its place', (t) => {
  for (const document of ['null', '!command {}', 'programs: {}', '!graph []', '!graph 1'])
    assert.match(mistakesIn(t, document)[0] ?? '', /^1:1 A graph is a document with '!graph' at its top/);
});

test('a program may include profiles, and its mistakes have their places in the graph', (t) => {
  const document = graphOf({ a: '!command { include: [nowhere-to-be-found] }' });
  assert.match(mistakesIn(t, document)[0] ?? '', /^3:\d+ .*nowhere-to-be-found/);
});
