import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { calls } from '../../src/abi/generated/calls.ts';
import { file, launch, pipe, socket } from '../../src/index.ts';
import { command } from '../frame/cli/commands.ts';
import { makeFolder, makeProgram } from '../frame/programs.ts';
import { compile, compileGuest } from '../frame/sdk/assemblyscript.ts';
import { importedFunctions } from '../frame/sdk/wasm-imports.ts';

test('each call is imported with the words of the specification, compiled as AssemblyScript', async () => {
  const isWide = (word: string) => word === 'u64' || word === 's64';
  const uses = calls.map(({ name, inputs, outputs }) => {
    const count = inputs.flatMap(({ words }) => words).length + outputs.length;
    return `  calls.${name}(${Array.from({ length: count }, () => '0').join(', ')});\n`;
  });
  const source = `import * as calls from 'cloudabi/assemblyscript/abi/calls';\nexport function use(): void {\n${uses.join('')}}\n`;
  const { messages, bytes } = await compile(source, '--optimizeLevel', '0');
  assert.equal(messages, '');
  const imports = importedFunctions(bytes).filter(({ module }) => module === 'cloudabi');
  assert.deepEqual(
    imports.sort((first, second) => (first.name < second.name ? -1 : 1)),
    calls.map(({ name, inputs, outputs, returns }) => ({
      module: 'cloudabi',
      name,
      parameters: [
        ...inputs.flatMap(({ words }) => words.map(({ word }) => (isWide(word) ? 'i64' : 'i32'))),
        ...outputs.map(() => 'i32'),
      ],
      results: returns ? ['i32'] : [],
    })),
  );
});

const filesGuest = compileGuest('files');

/** Output of the guest; a `*` stands for any number. */
const TRANSCRIPT = `seek 6 6
rest World
too much: Cannot read: there are more than 10 bytes (fbig)
just enough: 11
pread 4 101,108,108,0
size 10
limited: Cannot write: the descriptor lacks the rights for this (notcapable)
not regained: Cannot write: the descriptor lacks the rights for this (notcapable)
closed: Cannot read: the descriptor is not open (badf)
twin true
exclusive: Cannot open 'note': the file exists already (exist)
link moved
links 2
type true
list inner link moved
log 12
out: Cannot open '../note': the descriptor lacks the rights for this (notcapable)
nothing: Cannot open 'nothing': the file does not exist (noent)
full: Cannot remove 'sub': the directory is not empty (notempty)
browsed true
narrowed: Cannot open 'more': the descriptor lacks the rights for this (notcapable)
not handed on: Cannot open 'inner': the descriptor lacks the rights for this (notcapable)
not regained: Cannot make 'more': the descriptor lacks the rights for this (notcapable)
many 300
events 1 true
passed true
clock true
random true *
wrong kind: Cannot take 'root' as a file: it is a directory (inval)
missing: Cannot take 'settings.limit' as an int: there is no such entry (noent)
wrong type: Cannot take 'limits[1]' as a str: it is an int (inval)
range: Cannot take 'limits[0]' as an int: it does not fit the type asked for (range)
otherwise 7
Cannot take 'name.of' as a descriptor: it is an int (inval)
`;

/** Runs a guest with a directory of its own; gives its output and how it ended. */
async function run(t: TestContext, program: string) {
  const folder = makeFolder(t);
  const root = file(folder, { rights: ['read', 'write', 'create', 'remove'] });
  const output = pipe('write');
  const text = output.stream.setEncoding('utf8').reduce((all: string, part: string) => all + part, '');
  await using started = launch(program, { output, root, limits: [300, 4], name: { of: 3 } });
  return { text: await text, exit: await started.exited };
}

test('directories, files, clocks and errors work as objects, and rights only ever narrow', async (t) => {
  const program = makeProgram(t, await filesGuest);
  const first = await run(t, program);
  assert.equal(first.text.replace(/0\.\d+(?:e-\d+)?$/m, '*'), TRANSCRIPT);
  // An error that the program ignored ended it, which its output and its launcher were told.
  const { kind } = first.exit;
  assert.equal(kind, 'trapped');
  assert.equal(
    kind === 'trapped' && first.exit.message,
    "Cannot take 'name.of' as a descriptor: it is an int (inval)",
  );
  const second = await run(t, program);
  assert.notEqual(second.text, first.text, 'Math.random starts from chance');
});

test('a listener accepts connections, one after the other, and the peer gets back what it sent', async (t) => {
  const folder = makeFolder(t);
  mkdirSync(join(folder, 'run'));
  const path = join(folder, 'run/echo.sock');
  const program = makeProgram(t, await compileGuest('echo'));
  await using server = launch(program, { listen: socket({ bind: path }) });
  for (const sent of ['first', 'x'.repeat(200_000)]) {
    const peer = await connected(path);
    const received = peer.setEncoding('utf8').reduce((all: string, part: string) => all + part, '');
    peer.end(sent);
    assert.equal(await received, sent);
  }
  const { kind } = await server.exited;
  assert.equal(kind, 'exited');
});

/** Connects to a socket as soon as it has a listener. */
async function connected(path: string) {
  for (let attempt = 0; ; attempt++) {
    const peer = connect({ path, allowHalfOpen: true });
    try {
      await once(peer, 'connect');
      return peer;
    } catch (error) {
      if (attempt === 10_000) throw error;
      await setTimeout(10);
    }
  }
}

const ends = compileGuest('ends');

/** Runs the guest with a way to end. Returns its exit code, or its message. */
async function ended(t: TestContext, how: string): Promise<string | number> {
  await using started = launch(makeProgram(t, await ends), { how });
  const exit = await started.exited;
  if (exit.kind === 'trapped') return exit.message;
  return exit.kind === 'exited' ? exit.code : exit.kind;
}

test('a program that gives up says why and where, and cannot forge more than one line', async (t) => {
  assert.equal(await ended(t, 'assert'), 'There must be nothing (source.ts:10:24)');
  assert.equal(await ended(t, 'throw'), 'red\u{fffd}[31m\u{fffd}forged: line (source.ts:11:23)');
  assert.equal(await ended(t, 'long'), 'é'.repeat(333));
  assert.equal(await ended(t, 'abort'), 'The program gave up');
});

test('a last message that lies outside the memory is left out, and the program ends all the same', async (t) => {
  for (const how of ['outside', 'beyond']) assert.match(String(await ended(t, how)), /^unreachable/, how);
  assert.equal(await ended(t, 'edge'), '\u{fffd}');
  assert.match(String(await ended(t, 'endless')), /^.{400}…$/u);
});

test('exit ends a program at once with its code', async (t) => {
  assert.equal(await ended(t, 'exit'), 3);
});

test('the last message of a program is printed where it was granted standard error', async (t) => {
  const program = makeProgram(t, await ends);
  const granted = command('cloudabi-run', [program], { input: 'how: abort\nlog: !fd stderr\n' });
  assert.deepEqual(granted, { status: 134, stdout: '', stderr: `${program} trapped: The program gave up\n` });
  const silent = command('cloudabi-run', [program], { input: 'how: abort\n' });
  assert.deepEqual(silent, { status: 134, stdout: '', stderr: '' });
});
