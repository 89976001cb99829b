import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { serve } from '../frame/broker/hosts.ts';
import { executable } from '../frame/cli/commands.ts';
import { type Finished, outcomeOf } from '../frame/cli/outcome-of.ts';
import { makeFolder } from '../frame/programs.ts';

/** A user's session: commands with a runtime folder of their own. */
class Session {
  readonly folder: string;
  readonly #t: TestContext;
  readonly #env: NodeJS.ProcessEnv;

  constructor(t: TestContext) {
    this.#t = t;
    this.folder = makeFolder(t);
    this.#env = { ...process.env, XDG_RUNTIME_DIR: this.folder };
  }

  start(...words: readonly string[]): ChildProcess {
    const child = spawn(process.execPath, [executable('cloudabi'), ...words], {
      env: this.#env,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#t.after(() => child.kill('SIGKILL'));
    return child;
  }

  run(...words: readonly string[]): Promise<Finished> {
    return outcomeOf(this.start(...words));
  }

  /** Waits until a program is listed. */
  async listed(pid: number | undefined): Promise<Record<string, unknown>> {
    for (const deadline = Date.now() + 300_000; Date.now() < deadline; await pause(50)) {
      const rows: Record<string, unknown>[] = JSON.parse((await this.run('ps', '--json')).stdout);
      const row = rows.find((one) => one['pid'] === pid);
      if (row !== undefined) return row;
    }
    return assert.fail('the program is not listed');
  }
}

/** Waits for a line of a stream for which a function gives true; each line is looked at once. */
function lineReader(
  stream: NodeJS.ReadableStream | null,
): (wanted: (line: string) => boolean) => Promise<string> {
  assert.ok(stream);
  const lines: string[] = [];
  let look = (): void => undefined;
  createInterface({ input: stream }).on('line', (line) => {
    lines.push(line);
    look();
  });
  return (wanted) =>
    new Promise((resolve) => {
      look = () => {
        for (let line = lines.shift(); line !== undefined; line = lines.shift())
          if (wanted(line)) return resolve(line);
      };
      look();
    });
}

const node = (source: string): readonly string[] => ['--', process.execPath, '-e', source];

test('ps and inspect show a program whose command only waits, and forget it at its end', async (t) => {
  const session = new Session(t);
  const grants = ['--env', 'A=secret-value', '--read', '/usr/share', '--limit', 'wall_clock=1h'];
  const child = session.start('exec', '--base', 'system', ...grants, '--', 'cat');
  const row = await session.listed(child.pid);
  assert.match(String(row['program']), /\/cat$/);
  const entries = join(session.folder, 'cloudabi');
  assert.equal(statSync(entries).mode & 0o777, 0o700);
  for (const name of readdirSync(entries)) assert.equal(statSync(join(entries, name)).mode & 0o777, 0o600);
  const shown = await session.run('inspect', 'cat');
  assert.equal(shown.stderr, '');
  assert.match(shown.stdout, /\/usr\/share[\s\S]*For the whole process:[\s\S]*processes: 1\n/);
  const { stdout } = await session.run('inspect', `${row['first']}`, '--json');
  const { plan, refusals } = JSON.parse(stdout);
  assert.ok(JSON.stringify(plan.world).includes('/usr/share'));
  assert.equal(refusals, null);
  assert.ok(!stdout.includes('secret-value'), 'a value of the environment is kept');
  const why = (...words: readonly string[]): Promise<Finished> =>
    session.run('why', ...words, '--pid', 'cat');
  assert.match((await why('--read', '/usr/share')).stdout, /^Yes, --read .*\n {2}By --read \/usr\/share/);
  assert.equal((await why('--write', '/usr/share')).status, 1);
  assert.match(
    (await session.run('why', '--read', '/', '--pid', 'cat', 'true')).stderr,
    /--pid names the program/,
  );
  const refused = await session.run('ctl', 'cat', 'network', 'allow', 'localhost:1');
  assert.match(refused.stderr, /only waits for the end of its program/);
  assert.equal(refused.status, 64);
  child.stdin?.end();
  await once(child, 'exit');
  assert.deepEqual(readdirSync(entries), []);
  assert.match((await session.run('inspect', 'cat')).stderr, /No command of yours runs 'cat'/);
});

test('ctl allows and denies hosts, attach follows refusals, and inspect shows both', async (t) => {
  const session = new Session(t);
  const { port } = await serve(t, (socket) => socket.end('served'));
  const source = `
    const again = () => require('net').connect(${port}, '127.0.0.1')
      .on('data', (data) => console.log(String(data))).on('error', (error) => console.log(error.code))
      .on('close', () => setTimeout(again, 50));
    again();`;
  const child = session.start('exec', '--base', 'system', '--net', `192.0.2.1:${port}`, ...node(source));
  await session.listed(child.pid);
  const line = lineReader(child.stdout);
  const name = `${child.pid}`;
  const attached = session.start('attach', name);
  const option = `--net localhost:${port}`;
  await lineReader(attached.stdout)((text) => JSON.parse(text).refusal?.option === option);
  assert.equal((await session.run('ctl', name, 'network', 'allow', 'not a rule')).status, 64);
  const why = (): Promise<Finished> =>
    session.run('why', '--connect', `localhost:${port}`, '--read', '/etc/shadow', '--pid', name, '--json');
  const answers = async (): Promise<readonly boolean[]> =>
    JSON.parse((await why()).stdout).map(({ allowed }: { allowed: boolean }) => allowed);
  assert.deepEqual(await answers(), [false, false]);
  const allowed = await session.run('ctl', name, 'network', 'allow', `localhost:${port}`);
  assert.deepEqual(await answers(), [false, true]);
  assert.equal(allowed.stdout, `It reaches now: 192.0.2.1:${port}, localhost:${port}\n`);
  await line((text) => text === 'served');
  await session.run('ctl', name, 'network', 'deny', `localhost:${port}`);
  assert.deepEqual(await answers(), [false, false]);
  await line((text) => text === 'ECONNRESET');
  const { network, refusals } = JSON.parse((await session.run('inspect', name, '--json')).stdout);
  assert.deepEqual(network.except, [`localhost:${port}`]);
  assert.ok(refusals.count > 0);
  const shown = await session.run('inspect', name);
  assert.match(shown.stdout, /but not: localhost:\d+[\s\S]*Refusals so far: \d+/);
  const ends = [once(child, 'exit'), once(attached, 'exit')];
  child.kill('SIGTERM');
  await Promise.all(ends);
  assert.deepEqual(readdirSync(join(session.folder, 'cloudabi')), []);
});

test('attach answers questions', async (t) => {
  const session = new Session(t);
  const { port } = await serve(t, (socket) => socket.end('served'));
  const source = `process.stdin.once('data', () => require('net').connect(${port}, '127.0.0.1')
    .on('data', (data) => { console.log(String(data)); process.exit(); }));`;
  const asks = ['--net', `192.0.2.1:${port}`, '--ask-socket', join(session.folder, 'ask')];
  const child = session.start('exec', '--base', 'system', ...asks, ...node(source));
  await session.listed(child.pid);
  const attached = session.start('attach', `${child.pid}`);
  const event = lineReader(attached.stdout);
  await event((text) => JSON.parse(text).type === 'attached');
  const printed = lineReader(child.stdout);
  child.stdin?.write('go\n');
  const { id } = JSON.parse(await event((text) => JSON.parse(text).type === 'question'));
  attached.stdin?.write(`${JSON.stringify({ id, answer: 'once' })}\n`);
  assert.equal(await printed(() => true), 'served');
});

test('an entry of a process that is not the one it was is not trusted, nor is a folder of others', async (t) => {
  const session = new Session(t);
  const entries = join(session.folder, 'cloudabi');
  mkdirSync(entries, { mode: 0o700 });
  writeFileSync(
    join(entries, `${process.pid}-1`),
    '{"command":"x","path":"/bin/forged","began":1,"arguments":[]}\n',
    { mode: 0o600 },
  );
  assert.doesNotMatch((await session.run('ps')).stdout, /forged/);
  assert.ok(!existsSync(join(entries, `${process.pid}-1`)));
});

test('ctl changes the rules of a program that runs, and its audit stream has the changes', async (t) => {
  const session = new Session(t);
  writeFileSync(join(session.folder, 'secret'), 'x');
  const audit = join(makeFolder(t), 'audit.jsonl');
  const grants = ['--read', session.folder, '--rules-state', 'exec', '--audit', audit];
  const child = session.start('exec', '--base', 'system', ...grants, '--', 'cat');
  const row = await session.listed(child.pid);
  assert.equal(row['changeable'], true);
  const pid = String(child.pid);
  const secret = join(session.folder, 'secret');
  const added = await session.run('ctl', pid, 'policy', 'add', `hide ${secret}`, 'deny read /none');
  assert.equal(added.stdout, `# exec\nhide ${secret}\ndeny read /none\n`, added.stderr);
  assert.equal((await session.run('ctl', pid, 'policy', 'remove', 'deny read /none')).status, 0);
  assert.match((await session.run('inspect', pid)).stdout, /state 'exec' now:\n {2}hide \S+secret\n/);
  assert.equal(
    (await session.run('ctl', pid, 'policy', 'enter', 'sealed')).stdout,
    `# sealed\nhide ${secret}\n`,
  );
  const refused = await session.run('ctl', pid, 'policy', 'add', 'hide /x');
  assert.deepEqual([refused.status, /the rules are sealed/.test(refused.stderr)], [64, true]);
  assert.equal((await session.run('ctl', pid, 'network', 'allow', 'a:1')).status, 64);
  child.stdin?.end();
  await once(child, 'exit');
  const changes = readFileSync(audit, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ type }) => type === 'change');
  assert.deepEqual(
    changes.map(({ data }) => [data.part, data.by, data.state, data.refused !== undefined]),
    [
      ['policy', 'launcher', 'exec', false],
      ['policy', 'launcher', 'exec', false],
      ['policy', 'launcher', 'exec', false],
      ['policy', 'launcher', 'sealed', false],
      ['policy', 'launcher', 'sealed', true],
    ],
  );
});
