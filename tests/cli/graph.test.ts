import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { executable } from '../frame/cli/commands.ts';
import { type Finished, outcomeOf } from '../frame/cli/outcome-of.ts';
import { ask, graphFolder, PAIR } from '../frame/graph/graphs.ts';
import { until } from '../frame/programs.ts';

/** A user's commands for one graph, with a runtime folder of their own. */
class Desk {
  readonly file: string;
  readonly #t: TestContext;
  readonly #env: NodeJS.ProcessEnv;

  constructor(t: TestContext, document: string) {
    this.#t = t;
    this.file = graphFolder(t, document);
    const folder = join(dirname(this.file), 'run');
    mkdirSync(folder, { mode: 0o700 });
    this.#env = { ...process.env, XDG_RUNTIME_DIR: folder };
  }

  start(...words: readonly string[]): ChildProcess {
    const [action = '', ...others] = words;
    const child = spawn(process.execPath, [executable('cloudabi'), 'graph', action, this.file, ...others], {
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#t.after(() => child.kill('SIGKILL'));
    return child;
  }

  run(...words: readonly string[]): Promise<Finished> {
    return outcomeOf(this.start(...words));
  }

  async status(): Promise<Status> {
    return JSON.parse((await this.run('status', '--json')).stdout);
  }

  /** Waits until the programs of a graph that is starting are ready. */
  async ready(count = 2): Promise<Status> {
    let found: Status | undefined;
    await eventually('its programs are ready', async () => {
      const { status, stdout } = await this.run('status', '--json');
      found = status === 0 ? JSON.parse(stdout) : undefined;
      const { programs = [] } = found ?? {};
      return programs.length === count && programs.every(({ state }) => state === 'ready');
    });
    assert.ok(found);
    return found;
  }
}

type Status = {
  readonly programs: readonly {
    readonly program: string;
    readonly state: string;
    readonly pid: number;
    readonly starts: number;
  }[];
  readonly arrows: readonly { readonly arrow: string; readonly address: string | null }[];
};

function portIn({ arrows }: Status): { readonly port: number } {
  const address = arrows.find(({ arrow }) => arrow === 'web')?.address ?? '';
  return { port: Number(address.split(':').at(-1)) };
}

function untilGone(pids: readonly number[]): Promise<void> {
  return until('they are gone', () => !pids.some((pid) => existsSync(`/proc/${pid}`)));
}

/** Waits until a look, which takes time itself, finds what it looks for. */
async function eventually(what: string, look: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 300_000; !(await look()); await pause(50))
    assert.ok(Date.now() < deadline, `Waited in vain until ${what}`);
}

test('commands start a graph in the background, look at it, change it and stop it', async (t) => {
  const desk = new Desk(t, PAIR);
  assert.deepEqual(await desk.run('up', '--detach'), { status: 0, stdout: '', stderr: '' });
  t.after(() => desk.run('down'));
  const again = await desk.run('up');
  assert.equal(again.status, 64);
  assert.match(again.stderr, /runs already/);
  const before = await desk.status();
  assert.match(await ask(portIn(before), '/x'), /^200 front back /);
  assert.match((await desk.run('status')).stdout, /^PROGRAM .*\nback +ready +\d+ +1 +0 +0 /);
  await eventually('the line is kept', async () =>
    /^back \| asked \/x$/m.test((await desk.run('logs', 'back')).stdout),
  );
  assert.deepEqual(await desk.run('restart', 'back'), { status: 0, stdout: '', stderr: '' });
  const after = await desk.status();
  assert.deepEqual(
    after.programs.map(({ program, starts }) => [program, starts]),
    [
      ['back', 2],
      ['front', 1],
    ],
  );
  assert.equal((await desk.run('diff')).stdout, 'Nothing differs.\n');
  writeFileSync(desk.file, PAIR.replace('program: back.ts', 'program: back.ts\n    replicas: 2'));
  assert.equal((await desk.run('diff')).stdout, 'program back: changed\n');
  assert.equal((await desk.run('update')).status, 0);
  assert.equal((await desk.status()).programs.length, 3);
  writeFileSync(desk.file, PAIR.replace('!arrow web', '!arrow wep'));
  const wrong = await desk.run('update');
  assert.equal(wrong.status, 65);
  assert.match(wrong.stderr, /graph\.yaml:6:19: There is no arrow 'wep'; did you mean 'web'\?\n/);
  assert.equal((await desk.run('restart', 'bak')).status, 64);
  const last = await desk.status();
  assert.equal((await desk.run('down')).status, 0);
  await untilGone(last.programs.map(({ pid }) => pid));
  assert.match((await desk.run('status')).stderr, /does not run; start it with/);
});

test('programs end with the supervisor of their graph, even if that is killed', async (t) => {
  const desk = new Desk(t, PAIR);
  const supervisor = desk.start('up');
  const { programs } = await desk.ready();
  supervisor.kill('SIGKILL');
  await untilGone(programs.map(({ pid }) => pid));
  const next = await desk.run('up', '--detach');
  assert.deepEqual([next.status, next.stderr], [0, '']);
  await desk.run('down');
});

test('a signal stops a graph in the foreground, and its programs in their way', async (t) => {
  const desk = new Desk(t, PAIR);
  const supervisor = desk.start('up');
  const { programs } = await desk.ready();
  supervisor.kill('SIGTERM');
  const [status] = await once(supervisor, 'exit');
  assert.equal(status, 0);
  await untilGone(programs.map(({ pid }) => pid));
});

test('a graph in the background whose document has mistakes is told with its place', async (t) => {
  const desk = new Desk(t, PAIR.replace('!arrow web', '!arrow wep'));
  const { status, stderr } = await desk.run('up', '--detach');
  assert.equal(status, 65);
  assert.match(stderr, /:6:19: There is no arrow 'wep'; did you mean 'web'\?\n +web: !arrow wep\n/);
});

test('--watch goes over to each text without a mistake, and --metrics counts', async (t) => {
  const desk = new Desk(t, PAIR);
  const supervisor = desk.start('up', '--watch', '--metrics', '0');
  let said = '';
  for (const stream of [supervisor.stdout, supervisor.stderr])
    stream?.on('data', (chunk) => {
      said += String(chunk);
    });
  const before = await desk.ready();
  await ask(portIn(before));
  await until('it says where the metrics are', () => /metrics at \S+\n/.test(said));
  const [, port = ''] = /metrics at http:\/\/127\.0\.0\.1:(\d+)\/metrics/.exec(said) ?? [];
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  assert.match(metrics, /^cloudabi_program_up\{graph="graph",program="back",replica="1"\} 1$/m);
  assert.match(metrics, /^cloudabi_arrow_connections_total\{graph="graph",arrow="web"\} 1$/m);
  assert.equal((await fetch(`http://127.0.0.1:${port}/other`)).status, 404);
  writeFileSync(desk.file, PAIR.replace('!arrow web', '!arrow wep'));
  await until('the mistake is told', () => said.includes("There is no arrow 'wep'"));
  writeFileSync(desk.file, PAIR.replace('program: back.ts', 'program: back.ts\n    replicas: 2'));
  await desk.ready(3);
});

test('an unmodified Linux program reaches an arrow by the name of its server', async (t) => {
  if (!existsSync('/usr/bin/curl')) {
    t.skip('there is no curl here');
    return;
  }
  const client = `  client:
    program: /usr/bin/curl
    restart: never
    grants: !command
      base: system
      arguments: [-s, 'http://back:7000/curl']
      network: { hosts: [!arrow curl] }
      stdout: !fd stdout
arrows:
  curl: !connection { from: client, to: back, port: 7000 }
`;
  const document = PAIR.replace('listen: !arrow back', 'listen: [!arrow back, !arrow curl]').replace(
    'arrows:\n',
    client,
  );
  const desk = new Desk(t, document);
  const text = readFileSync(join(dirname(desk.file), 'back.ts'), 'utf8');
  writeFileSync(
    join(dirname(desk.file), 'back.ts'),
    text
      .replace('listen: listener()', 'listen: list(listener())')
      .replace('import { listener', 'import { list, listener')
      .replace('.listen(listen)', '.listen(listen[1])'),
  );
  desk.start('up');
  await eventually('it has an answer', async () =>
    /^client \| back \w+$/m.test((await desk.run('logs', 'client')).stdout),
  );
});
