import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { childrenOf, isAlive, makeFolder, makeProgram, until } from '../frame/programs.ts';
import {
  assemble,
  code,
  creates,
  exits,
  importsNonsense,
  spins,
  traps,
  writes,
} from '../frame/wasm-module.ts';

const bin = (name: string): string => fileURLToPath(new URL(`../../../dist/bin/${name}.js`, import.meta.url));

type Outcome = { status: number | null; signal: string | null; stdout: string; stderr: string };

function run(args: readonly string[], { input = '', cwd }: { input?: string; cwd?: string } = {}): Outcome {
  const [name = '', ...rest] = args;
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [bin(name), ...rest], {
    input,
    cwd,
    encoding: 'utf8',
    timeout: 300_000,
  });
  return { status, signal, stdout, stderr };
}

function oneLine(text: string): string {
  assert.match(text, /^[^\n]+\n$/, `one line, not ${JSON.stringify(text)}`);
  return text.trimEnd();
}

function start(args: readonly string[], input: string): ChildProcess {
  const [name = '', ...rest] = args;
  const child = spawn(process.execPath, [bin(name), ...rest], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin?.end(input);
  return child;
}

test('the exit status of the program is that of the command, in place and watched', (t) => {
  const program = makeProgram(t, exits(42));
  for (const flags of [[], ['--trace']]) {
    assert.deepEqual(run(['cloudabi-run', ...flags, program]), {
      status: 42,
      signal: null,
      stdout: '',
      stderr: '',
    });
  }
  assert.equal(run(['cloudabi', 'run', program]).status, 42);
  assert.equal(run(['cloudabi', 'exec', program]).status, 42);
});

test('an empty document grants nothing, not even standard output', (t) => {
  const program = makeProgram(t, writes(0, 'heard'));
  const granted = run(['cloudabi-run', program], { input: 'out: !fd stdout' });
  assert.equal(granted.stdout, 'heard');
  const nothing = run(['cloudabi-run', program]);
  assert.deepEqual(nothing, { status: 0, signal: null, stdout: '', stderr: '' });
});

test('a trap prints one line where standard error was granted, and always has its status', (t) => {
  const program = makeProgram(t, traps());
  const told = run(['cloudabi-run', program], { input: 'err: !fd stderr' });
  assert.equal(told.status, 134);
  assert.match(oneLine(told.stderr), /program\.wasm trapped: unreachable/);
  assert.deepEqual(run(['cloudabi-run', program]), { status: 134, signal: null, stdout: '', stderr: '' });
  assert.match(oneLine(run(['cloudabi-run', '--trace', program]).stderr), /trapped: unreachable/);
});

test('each failure of ours has its own status and one line', (t) => {
  const good = makeProgram(t, exits(0));
  const folder = dirname(good);
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const module = exits(0);
  const cases: [args: string[], status: number, message: RegExp][] = [
    [[], 64, /No program is named/],
    [['--nonsense', good], 64, /no option --nonsense/],
    [['--json', good], 64, /--json/],
    [['--accept-missing', 'luck', good], 64, /seccomp.*not 'luck'/],
    [[good, 'argument'], 64, /'argument'/],
    [['--config', join(folder, 'absent.yaml'), good], 64, /Cannot read '.*absent\.yaml': no such file/],
    [[join(folder, 'absent.wasm')], 127, /no such file/],
    [[folder], 126, /is a directory/],
    [[file('text.wasm', 'hello')], 126, /text\.wasm/],
    [[file('cut.wasm', module.subarray(0, module.length - 5))], 126, /valid WebAssembly module/],
    [[file('unknown.wasm', importsNonsense())], 126, /nonsense/],
    [[file('library.wasm', Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))], 126, /_start/],
  ];
  for (const [args, status, message] of cases) {
    const outcome = run(['cloudabi-run', ...args]);
    assert.equal(outcome.status, status, `${args}: ${outcome.stderr}`);
    assert.match(oneLine(outcome.stderr), message);
    assert.match(outcome.stderr, /^cloudabi-run: /);
  }
});

test('a working directory that has been removed has a status and a line, too', (t) => {
  const gone = join(makeFolder(t), 'gone');
  const within = `mkdir ${gone} && cd ${gone} && rmdir ${gone} && exec ${process.execPath} ${bin('cloudabi')} exec -- true`;
  const { status, stderr } = spawnSync('/bin/sh', ['-c', within], { encoding: 'utf8' });
  assert.equal(status, 66, stderr);
  assert.match(oneLine(stderr), /^cloudabi exec: Cannot tell the working directory: no such file/);
});

test('a mistake in the document has status 65, its place and a caret, and starts nothing', (t) => {
  const program = makeProgram(t, writes(0, 'started'));
  const outcome = run(['cloudabi-run', program], { input: 'out: !fd stdout\nother: !fiel\n  path: x\n' });
  assert.equal(outcome.status, 65);
  assert.equal(outcome.stdout, '');
  assert.match(outcome.stderr, /^<stdin>:2:8: .*!fiel/);
  assert.match(outcome.stderr, /^ {7}\^$/m);
  assert.equal(run(['cloudabi-run', program], { input: 'out: [' }).status, 65);
});

test('a file that --config names is the document, and its relative paths start beside it', (t) => {
  const folder = makeFolder(t);
  writeFileSync(join(folder, 'program.wasm'), creates(0, 'made.txt'));
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'grants.yaml'), 'data: !file\n  path: data\n  rights: [read, write, create]\n');
  const outcome = run([
    'cloudabi-run',
    '--config',
    join(folder, 'grants.yaml'),
    join(folder, 'program.wasm'),
  ]);
  assert.deepEqual(outcome, { status: 0, signal: null, stdout: '', stderr: '' });
  assert.ok(existsSync(join(folder, 'data/made.txt')));
});

test('a document is not waited for without a possible writer, and has an end', (t) => {
  const folder = makeFolder(t);
  const program = makeProgram(t, writes(0, 'started'));
  const pipe = join(folder, 'pipe');
  spawnSync('mkfifo', [pipe]);
  for (const [path, message] of [
    [pipe, /is a pipe with a name, which may never get a writer; use standard input/],
    [folder, /is a directory/],
    ['/dev/zero', /'\/dev\/zero': it has more than the \d+ bytes allowed/],
  ] as const) {
    const { status, stderr } = run(['cloudabi-run', '--config', path, program]);
    assert.equal(status, 64, path);
    assert.match(oneLine(stderr), message);
  }
  const words = [
    process.execPath,
    bin('cloudabi-run'),
    '--config',
    '<(sleep 0.2; echo "out: !fd stdout")',
    program,
  ];
  const { status, stdout } = spawnSync('bash', ['-c', words.join(' ')], { encoding: 'utf8' });
  assert.deepEqual([status, stdout], [0, 'started']);
});

test('a program may not change the document of its own grants, wherever that is read from', (t) => {
  const folder = makeFolder(t);
  const program = makeProgram(t, writes(0, 'started'));
  const document = join(folder, 'grants.yaml');
  writeFileSync(document, `out: !fd stdout\ndata: !file { path: ${folder}, rights: [read, write] }\n`);
  const script = `${process.execPath} ${bin('cloudabi-run')} ${program} < ${document}`;
  const piped = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
  for (const { status, stderr } of [run(['cloudabi-run', '--config', document, program]), piped]) {
    assert.equal(status, 65);
    assert.match(stderr, /grants\.yaml' \(the document of its grants\)/);
  }
});

test('--trace names each refusal, its place in the document and the line that would allow it', (t) => {
  const folder = makeFolder(t);
  writeFileSync(join(folder, 'program.wasm'), creates(0, 'made\u001b[2J.txt'));
  const yaml = `a: 1\ndata: !file\n  path: ${folder}\n  rights: read\n`;
  const traced = run(['cloudabi-run', '--trace', join(folder, 'program.wasm')], { input: yaml });
  assert.equal(traced.status, 76);
  const line = oneLine(traced.stderr);
  assert.match(line, /file_open refused on descriptor 0 \(data\), path 'made\ufffd\[2J\.txt'/);
  assert.match(line, /lacks .*file_create_file.*; <stdin>:2:7 data: add .*`create`.* to its rights$/);

  const json = run(['cloudabi-run', '--trace', '--json', join(folder, 'program.wasm')], { input: yaml });
  const refusal = JSON.parse(oneLine(json.stderr));
  assert.equal(refusal.path, 'made\u001b[2J.txt');
  assert.equal(refusal.place, 'data');
  assert.deepEqual(refusal.position, { file: '<stdin>', line: 2, column: 7 });
  assert.ok(!Number.isNaN(Date.parse(refusal.time)));
});

test('a terminal in place of a document is explained instead of waited for', (t) => {
  const terminal = openSync('/dev/ptmx', 'r+');
  const { status, stderr } = spawnSync(process.execPath, [bin('cloudabi-run'), makeProgram(t, exits(0))], {
    stdio: [terminal, 'pipe', 'pipe'],
    encoding: 'utf8',
    timeout: 300_000,
  });
  assert.equal(status, 64);
  assert.match(oneLine(stderr), /terminal.*< grants\.yaml/);
});

test('the limit of wall-clock time has status 124 and is said', (t) => {
  const outcome = run(['cloudabi', 'exec', '--limit', 'wall_clock=300ms', makeProgram(t, spins())]);
  assert.equal(outcome.status, 124);
  assert.match(oneLine(outcome.stderr), /limit of wall-clock time/);
});

async function signalled(
  t: TestContext,
  flags: string[],
): Promise<{ status: number | null; signal: string | null }> {
  const child = start(
    ['cloudabi-run', ...flags, makeProgram(t, writes(0, 'up', code.forever))],
    'out: !fd stdout',
  );
  assert.ok(child.stdout);
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  const [status, signal] = await once(child, 'exit');
  return { status, signal };
}

test('a signal reaches the program, in place and watched', async (t) => {
  assert.deepEqual(await signalled(t, []), { status: null, signal: 'SIGTERM' });
  assert.deepEqual(await signalled(t, ['--trace']), { status: 128 + 15, signal: null });
});

test('a watched program does not outlive its watcher', async (t) => {
  const command = start(
    ['cloudabi-run', '--trace', makeProgram(t, writes(0, 'up', code.forever))],
    'out: !fd stdout',
  );
  assert.ok(command.stdout);
  await once(command.stdout, 'data');
  const [child] = childrenOf(command.pid ?? 0);
  assert.ok(child !== undefined);
  command.kill('SIGKILL');
  await until('the program is gone', () => !isAlive(child));
});

test('a program run in place finds nothing of the environment in its memory', async (t) => {
  const command = spawn(
    process.execPath,
    [bin('cloudabi-run'), makeProgram(t, writes(0, 'up', code.forever))],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { SECRET: 'do-not-tell' },
    },
  );
  command.stdin.end('out: !fd stdout');
  await once(command.stdout, 'data');
  assert.doesNotMatch(readFileSync(`/proc/${command.pid}/environ`, 'utf8'), /SECRET|do-not-tell/);
  command.kill('SIGKILL');
});

test('a module whose memory exceeds its limit is refused, in place and watched', (t) => {
  const program = makeProgram(t, assemble([], [], '', 2));
  for (const flags of [[], ['--trace']]) {
    const outcome = run(['cloudabi', 'exec', '--limit', 'memory=64KiB', ...flags, program]);
    assert.equal(outcome.status, 126);
    assert.match(oneLine(outcome.stderr), /memory/i);
  }
});

test('help teaches: it has a complete example and every option', () => {
  const { status, stdout } = run(['cloudabi-run', '--help']);
  assert.equal(status, 0);
  for (const word of ['--config', '--trace', '--accept-missing', '!socket', 'rights:', 'Exit status']) {
    assert.ok(stdout.includes(word), word);
  }
  assert.match(run(['cloudabi', 'exec', '--help']).stdout, /--read PATH\[:AT\][\s\S]*--base BASE/);
  assert.match(run(['cloudabi', '--help']).stdout, /doctor/);
  const manifest = JSON.parse(
    readFileSync(fileURLToPath(new URL('../../../package.json', import.meta.url)), 'utf8'),
  );
  assert.equal(run(['cloudabi-run', '--version']).stdout.trim(), manifest.version);
});

test('explain starts nothing and prints what would be granted', (t) => {
  const program = makeProgram(t, writes(0, 'started'));
  for (const args of [
    ['cloudabi', 'explain', program],
    ['cloudabi-run', '--explain', program],
  ]) {
    const outcome = run(args, { input: 'out: !fd stdout' });
    assert.equal(outcome.status, 0, outcome.stderr);
    assert.doesNotMatch(outcome.stdout, /^started/);
    assert.match(outcome.stdout, /out/);
  }
  const json = JSON.parse(
    run(['cloudabi', 'explain', '--json', program], { input: 'out: !fd stdout' }).stdout,
  );
  assert.equal(json.grants[0].place, 'out');
});

test('doctor says what this host enforces, and its status says whether programs run', () => {
  const table = run(['cloudabi', 'doctor']);
  assert.ok(!table.stdout.includes('\u001b'));
  const { status, stdout } = run(['cloudabi', 'doctor', '--json']);
  const { canRun, checks } = JSON.parse(stdout);
  assert.equal(status, canRun ? 0 : 69);
  assert.equal(table.status, status);
  for (const name of [
    'node',
    'koffi',
    'openat2',
    'seccomp',
    'landlock',
    'mseal',
    'executables',
    'clang',
    'native-cc',
  ]) {
    assert.ok(
      checks.some((check: { name: string }) => check.name === name),
      name,
    );
  }
});
