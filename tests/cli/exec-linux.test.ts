import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { command, type Outcome } from '../frame/cli/commands.ts';
import { makeFolder } from '../frame/programs.ts';

const exec = (...args: string[]): Outcome => command('cloudabi', ['exec', ...args]);

/** Options, the status, and what is said. */
const wrong: readonly (readonly [options: readonly string[], status: number, message: string])[] = [
  [['--base', 'sytem'], 64, "--base takes one of system, minimal, none, not 'sytem'"],
  [['--network', 'internet'], 64, "--network takes one of none, loopback, host, not 'internet'"],
  [['--connect', '443'], 64, '--connect and --bind need --network host'],
  [
    ['--network', 'loopback', '--connect', '443'],
    65,
    "Option '--connect' is for the network 'host', not for 'loopback'",
  ],
  [
    ['--network', 'host', '--connect', 'example.org:443'],
    64,
    "A TCP port is a number; a rule by name or address, such as 'example.org:443', is given with --net",
  ],
  [['--network', 'host', '--bind', '99999'], 65, 'A TCP port is an int from 1 to 65535, not the int 99999'],
  [
    ['--net', 'registry.example.org:https'],
    65,
    "write '443' instead of 'https'\n  --net registry.example.org:https\n                             ^^^^^\n",
  ],
  [['--net', 'a.example.org:443', '--net-except', '*'], 65, '\n  --net-except *\n               ^\n'],
  [['--net', 'a\x1bb:443'], 65, 'it has a control character in it\n  --net a\u{fffd}b:443\n        ^^^\n'],
  [['--net-except', 'a.example.org'], 64, '--net-except needs --net'],
  [
    ['--net', 'a.example.org:443', '--network', 'host'],
    64,
    '--net is a network of its own: leave --network out',
  ],
  [['--net', 'a.example.org:443', '--net-limit', 'bytes=many'], 65, "Limit 'bytes' expects a size"],
  [
    ['--net', 'a.example.org:443', '--net-limit', 'byte=5'],
    64,
    "There is no limit 'byte'; there are connections,",
  ],
  [
    ['--walls', 'landlock', '--net', 'a.example.org:443'],
    65,
    "Rules of hosts ('--net') need a network namespace",
  ],
  [['--publish', '80'], 64, "Ports are published as HOSTPORT:PORT, such as 8080:80, not '80'"],
  [['--limit', 'processes=many'], 64, "Limit 'processes' is a number, not 'many'"],
  [
    ['--limit', 'fibers=5'],
    64,
    "There is no limit 'fibers'; there are memory, wall_clock, threads, processes, cpus, cpu_time, open_files, file_size and changes",
  ],
  [['--proc=all'], 64, "--proc takes one of none, processes, system, everything, not 'all'"],
  [['--proc', 'system', '--no-proc'], 64, '--proc and --no-proc exclude each other'],
  [['--tmp', '--no-tmp'], 64, '--tmp and --no-tmp exclude each other'],
  [
    ['--read', '/usr', '--write', '/usr'],
    64,
    "Two grants name '/usr'; give each a name of its own with PATH:AT",
  ],
  [['--write', 'newdir'], 64, '--write newdir: no such file or directory; make it first'],
  [
    ['--write-data', '/no/such/thing:/x'],
    64,
    '--write-data /no/such/thing: no such file or directory; make it first',
  ],
  [['--read', '/no/such/thing'], 65, "Cannot grant '/no/such/thing': no such file or directory"],
  [
    ['--read', '/usr:relative'],
    65,
    "The program cannot see anything at 'relative': it must be an absolute path, which begins with a slash",
  ],
  [['--allow-calls', 'bebug'], 65, "Unknown group of system calls 'bebug'"],
  [
    ['--chdir', '/nowhere'],
    65,
    "The program does not see the working directory '/nowhere'; grant it with --read",
  ],
];

for (const [options, status, message] of wrong) {
  test(`exec says what is wrong with ${options.join(' ')}`, () => {
    const outcome = exec(...options, '--', '/bin/true');
    assert.equal(outcome.status, status, outcome.stderr);
    assert.ok(outcome.stderr.includes(message), outcome.stderr);
    assert.doesNotMatch(outcome.stderr, /\n {4}at /, 'no stack');
  });
}

test('programs that are not there or cannot be run have the statuses of shells', (t) => {
  const folder = makeFolder(t);
  const text = join(folder, 'text');
  writeFileSync(text, 'no program', { mode: 0o755 });
  assert.equal(exec('--', 'no-such-program-anywhere').status, 127);
  assert.equal(exec('--', text).status, 126);
  assert.equal(exec('--', '/bin/false').status, 1);
  assert.equal(exec('--base', 'system', '--', 'sh', '-c', 'kill -TERM $$').status, 128 + 15);
});

test('exec runs in the directory it is called from, if the program sees that', (t) => {
  const cwd = makeFolder(t);
  mkdirSync(join(cwd, 'deep'));
  const pwd = (...args: string[]): Outcome =>
    command('cloudabi', ['exec', ...args, '--', '/bin/pwd'], { cwd });
  assert.equal(pwd('--read', '.').stdout, `${cwd}\n`);
  assert.equal(pwd().stdout, '/\n');
  assert.equal(pwd('--read', '.', '--chdir', 'deep').stdout, `${cwd}/deep\n`);
  assert.equal(pwd('--read', '.:/at', '--chdir', '/at/deep').stdout, '/at/deep\n');
});

test('a file can be granted by itself, and the environment is what was given', (t) => {
  const cwd = makeFolder(t);
  writeFileSync(join(cwd, 'one'), '1');
  writeFileSync(join(cwd, 'two'), '2');
  const script = 'cat one; echo 3 > one; cat two; env';
  const { stdout } = command(
    'cloudabi',
    [
      'exec',
      '--base',
      'system',
      '--write-data',
      'one',
      '--env',
      'A=b',
      '--chdir',
      cwd,
      '--',
      'sh',
      '-c',
      script,
    ],
    { cwd },
  );
  assert.match(stdout, /^1A=b\n|^1[\s\S]*\nA=b\n/);
  assert.doesNotMatch(stdout, /HOME=|USER=/);
  assert.equal(readFileSync(join(cwd, 'one'), 'utf8'), '3\n');
});

test('make runs with /usr and this directory', (t) => {
  const cwd = makeFolder(t);
  writeFileSync(join(cwd, 'Makefile'), 'test:\n\techo tested > result\n');
  const outcome = command(
    'cloudabi',
    ['exec', '--read', '/usr', '--write', '.', '--', 'make', '-s', 'test'],
    { cwd },
  );
  assert.deepEqual(outcome, { status: 0, stdout: '', stderr: '' });
  assert.equal(readFileSync(join(cwd, 'result'), 'utf8'), 'tested\n');
});

test('exec says what /proc shows, and takes another word for the program', () => {
  const shown = (...options: string[]): string =>
    /\/proc \(.*\)/.exec(exec(...options, '--explain', '/bin/true').stdout)?.[0] ?? 'none';
  assert.equal(shown('--base', 'system'), '/proc (its own processes, its share of the machine)');
  assert.equal(shown('--base', 'system', '--proc', 'none'), 'none');
  assert.equal(shown('--proc'), '/proc (its own processes, its share of the machine)');
  assert.equal(shown('--proc', 'processes'), '/proc (its own processes; read-only)');
  assert.equal(
    shown('--proc=everything'),
    '/proc (its own processes, all that the kernel says of the machine)',
  );
  const outcome = exec('--base', 'system', '--proc', 'echo', 'everything');
  assert.deepEqual([outcome.stdout, outcome.status], ['everything\n', 0], outcome.stderr);
});
