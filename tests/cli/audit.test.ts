import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { command } from '../frame/cli/commands.ts';
import { makeFolder } from '../frame/programs.ts';

const exec = (...words: readonly string[]): ReturnType<typeof command> =>
  command('cloudabi', ['exec', '--base', 'system', ...words]);
const verify = (...words: readonly string[]): ReturnType<typeof command> =>
  command('cloudabi', ['audit', 'verify', ...words]);

test('--audit records start, refusals and end of each program, and verify finds edits and cuts', (t) => {
  const folder = makeFolder(t);
  const file = join(folder, 'audit');
  const connect = 'exec 3<>/dev/tcp/127.0.0.1/9; exit 3';
  const refused = exec(
    '--audit',
    file,
    '--env',
    'A=secret-value',
    '--net',
    '192.0.2.1:9',
    '--',
    'bash',
    '-c',
    connect,
  );
  assert.notEqual(refused.status, null);
  assert.equal(exec('--audit', file, '--', '/bin/true').status, 0);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const text = readFileSync(file, 'utf8');
  const lines = text.trimEnd().split('\n');
  const records = lines.map((line) => JSON.parse(line));
  assert.deepEqual([...new Set(records.map(({ type }) => type))], ['start', 'refusal', 'end']);
  assert.equal(records[0].data.command, 'cloudabi exec');
  assert.match(records[0].data.digest, /^[0-9a-f]{64}$/);
  assert.ok(records.some(({ data }) => data.option === '--net localhost:9'));
  assert.ok(!text.includes('secret-value'), 'a value of the environment is recorded');
  const whole = verify(file, '--json');
  assert.equal(whole.status, 0);
  const { last } = JSON.parse(whole.stdout);
  assert.equal(last, records.at(-1).hash);
  const broken = (changed: string, ...words: string[]): string => {
    const copy = join(folder, 'copy');
    writeFileSync(copy, changed);
    const { status, stdout } = verify(copy, ...words);
    assert.equal(status, 1, stdout);
    return stdout;
  };
  assert.match(
    broken(text.replace('localhost:9', 'localhost:8')),
    /copy:\d+: its hash is not that of its text/,
  );
  assert.match(broken(`${lines.slice(1).join('\n')}\n`), /copy:1: it is record 1, not 0/);
  assert.match(broken(`${lines.toSpliced(1, 1).join('\n')}\n`), /copy:2: it is record 2/);
  assert.match(broken(text.slice(0, -10)), /it was cut off/);
  assert.match(broken(`${lines.slice(0, -1).join('\n')}\n`, '--expect', last), /records were cut off/);
  writeFileSync(file, text.replace(/"hash":"./, '"hash":"x').slice(0, -5));
  const stopped = exec('--audit', file, '--', 'echo', 'ran');
  assert.equal(stopped.stdout, '');
  assert.match(stopped.stderr, /its last line is no intact record/);
});

test('--audit goes to a descriptor, too, and never to a file that the program can change', (t) => {
  const folder = makeFolder(t);
  const own = exec('--write', folder, '--audit', join(folder, 'audit'), '--', 'echo', 'ran');
  assert.match(own.stderr, /The program may change .*audit/);
  assert.equal(own.status, 64);
  const file = join(folder, 'stream');
  const words = ['exec', '--base', 'system', '--audit', '5', '--', '/bin/true'];
  const line = [process.execPath, 'dist/bin/cloudabi.js', ...words].map((word) => `'${word}'`).join(' ');
  assert.equal(spawnSync('sh', ['-c', `${line} 5> '${file}'`]).status, 0);
  assert.equal(verify(file).status, 0);
  const closed = exec('--audit', '77', '--', 'echo', 'ran');
  assert.equal(closed.status, 64);
  assert.equal(closed.stdout, '');
});

test('an audit stream that cannot be written ends the program', (t) => {
  const script = `exec 5> /dev/full; exec "$@"`;
  const words = [
    process.execPath,
    'dist/bin/cloudabi.js',
    'exec',
    '--base',
    'system',
    '--audit',
    '5',
    '--',
    'echo',
    'ran',
  ];
  const { stdout, stderr, status } = spawnSync('sh', ['-c', script, 'sh', ...words], { encoding: 'utf8' });
  assert.equal(stdout, '');
  assert.equal(status, 64, stderr);
  assert.match(stderr, /--audit 5: .*space/);
  assert.ok(t);
});
