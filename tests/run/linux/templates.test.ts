import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { plan } from '../../../src/plan/plan.ts';
import { type CommandOptions, command, file, pipe } from '../../../src/resources/constructors.ts';
import { launchLinux } from '../../../src/run/linux/launch.ts';
import { templatesMade } from '../../../src/run/linux/templates.ts';
import { launcherNow } from '../../../src/worlds/start.ts';
import { until } from '../../frame/programs.ts';
import { shell } from '../../frame/run/linux/launching.ts';

/* The parts of a root that starts of one shape share: each start gets a copy of them, and no trace of the others. */

const skip = launcherNow().privileged ? false : 'only root gets a copy of a root';

const scratch = mkdtempSync(join(tmpdir(), 'cloudabi-templates-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

/** Runs a shell command, and tells whether it was started in a copy. */
async function start(
  script: string,
  options: CommandOptions = {},
): Promise<{ out: string; copied: boolean }> {
  const stdout = pipe('write');
  const stderr = pipe('write');
  const made = plan(
    '/bin/sh',
    command({ base: 'system', ...options, arguments: ['-c', script], stdout, stderr }),
  );
  assert.ok(made.kind === 'linux');
  let copied = false;
  const started = launchLinux(made, {}, ({ started: { list } }) => {
    copied = list.steps.some(({ call }) => call === 'setns');
  });
  const pieces: Buffer[] = [];
  for (const stream of [stdout.stream, stderr.stream]) stream.on('data', (piece) => pieces.push(piece));
  await started.exited;
  await templatesMade();
  return { out: Buffer.concat(pieces).toString(), copied };
}

async function startThird(script: string, options: CommandOptions = {}): Promise<string> {
  for (let before = 0; before < 2; before++) await start(':', options);
  const { out, copied } = await start(script, options);
  assert.ok(copied);
  return out;
}

test('the third start of a shape gets a copy, and is told the same', { skip }, async () => {
  const script =
    'ls -lAn --time-style=+ / /etc /dev /var/lib | grep -v "proc$"; cat /etc/passwd; ls /proc | grep -v "^[0-9]"; pwd; umask';
  const { out, copied } = await start(script, { tmp: 5_000_000 });
  assert.ok(!copied);
  assert.equal(await startThird(script, { tmp: 5_000_000 }), out);
});

test('a file of the host that was replaced, and one that was mounted, is seen by the next start', {
  skip,
}, (context) => {
  if (spawnSync('unshare', ['-m', 'true']).status !== 0) return context.skip('no unshare here');
  const script = fileURLToPath(new URL('../../frame/run/linux/repeated.js', import.meta.url));
  const child = spawnSync('unshare', ['-m', process.execPath, script], {
    encoding: 'utf8',
    timeout: 300_000,
  });
  assert.equal(child.status, 0, child.stderr);
  const seen: string[] = JSON.parse(child.stdout);
  const [first, replaced, replacedThird, covered, coveredThird, beneath, beneathThird] = seen;
  assert.match(first ?? '', /^first\n/);
  assert.equal(replaced, 'replaced\n');
  assert.match(replacedThird ?? '', /^replaced\n/);
  assert.equal(covered, 'covered\n');
  assert.match(coveredThird ?? '', /^covered\n/);
  assert.equal(beneath, 'beneath\n');
  assert.match(beneathThird ?? '', /beneath\n/);
});

test('copies have nothing in common that a program could change or be told by', { skip }, async () => {
  const own = 'echo mine > /tmp/mine; echo mine > /dev/shm/mine';
  await startThird(own);
  const [one, other] = await Promise.all([
    start(`${own}; sleep 1; ls /proc | grep -c "^[0-9]"`),
    start('sleep 0.3; ls -A /tmp /dev/shm; ls /proc | grep -c "^[0-9]"; cat /proc/1/environ'),
  ]);
  assert.ok(one?.copied && other?.copied);
  assert.doesNotMatch(other.out, /mine/);
});

test('no mount of a copy spreads, and none can be written to but its own', { skip }, async () => {
  const out = await startThird('cat /proc/self/mountinfo');
  const lines = out.trim().split('\n');
  assert.ok(lines.length > 20);
  for (const line of lines) {
    const [, , , , at = '', options = '', ...rest] = line.split(' ');
    assert.equal(rest[0], '-', line);
    const writes = options.split(',').includes('rw');
    assert.ok(!writes || /^\/(?:tmp|dev\/shm|dev\/pts|proc)(?:\/|$)/.test(at), line);
  }
});

test('places for what a start is granted are in no copy for another', { skip }, async () => {
  const secret = join(scratch, 'secret');
  mkdirSync(secret);
  writeFileSync(join(secret, 'file'), 'granted');
  const directories = { '/data/secret-name': file(secret, { rights: ['read'] }) };
  assert.equal(await startThird('cat /data/secret-name/file', { directories }), 'granted');
  assert.doesNotMatch(await startThird('ls -RA / 2>&1 | head -1000'), /secret-name/);
  const other = join(scratch, 'other');
  mkdirSync(other);
  writeFileSync(join(other, 'file'), 'other');
  rmSync(secret, { recursive: true });
  mkdirSync(secret);
  writeFileSync(join(secret, 'file'), 'anew');
  const { out, copied } = await start('cat /data/secret-name/file', { directories });
  assert.ok(copied);
  assert.equal(out, 'anew');
});

test('another directory each time, in a directory in memory, does with the copy of the others', {
  skip,
}, async () => {
  const granted = (name: string): CommandOptions => {
    const path = join(scratch, name);
    mkdirSync(path);
    writeFileSync(join(path, 'file'), name);
    return { directories: { [`/tmp/jobs/${name}`]: file(path, { rights: ['read'] }) } };
  };
  for (const name of ['first', 'second']) await start(':', granted(name));
  const { out, copied } = await start(
    'cat /tmp/jobs/*/file; ls /tmp/jobs; : > /tmp/jobs/new',
    granted('third'),
  );
  assert.ok(copied);
  assert.equal(out, 'thirdthird\n');
});

test('streams that are read, devices and message queues are the program’s as without', { skip }, async () => {
  const input = join(scratch, 'input');
  writeFileSync(input, 'read me');
  const stdin = (): CommandOptions => ({ stdin: file(input, { rights: ['read'] }) });
  const script =
    'cat; chmod 700 /dev/stdin 2>&1 | grep -o "Read-only.*"; chmod 700 /dev/null 2>&1 | grep -o "Read-only.*"';
  for (let before = 0; before < 2; before++) await start(':', stdin());
  const { out, copied } = await start(script, stdin());
  assert.ok(copied);
  assert.match(out, /^read me/);
  assert.equal(out.match(/Read-only/g)?.length, 2, out);
});

test('making and holding copies leaves nothing behind', { skip }, async () => {
  const open = (): number => readdirSync('/proc/self/fd').length;
  await startThird(':');
  const before = open();
  for (let times = 0; times < 5; times++) await startThird(':', { tmp: 1_000_000 * (times + 1) });
  // A namespace and a list for each shape, of a few shapes; Node closes its ends of sockets in later turns.
  await until('descriptors are closed', () => open() - before <= 12).catch(() => undefined);
  assert.ok(open() - before <= 12, `${open() - before} more descriptors`);
});

test('programs that may make namespaces get a root of their own', { skip }, async () => {
  for (let before = 0; before < 3; before++) {
    const { copied } = await start(':', { systemCalls: ['user_namespaces'] });
    assert.ok(!copied);
  }
  assert.equal((await shell('echo as before')).out, 'as before\n');
});
