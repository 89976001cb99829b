import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { plan, planToLaunch } from '../../../src/plan/plan.ts';
import type { LaunchOptions } from '../../../src/process/options.ts';
import type { Process } from '../../../src/process/process.ts';
import { type CommandOptions, command, file, pipe } from '../../../src/resources/constructors.ts';
import { launch, launchPlan } from '../../../src/run/launch.ts';
import { MissingMechanismError } from '../../../src/walls/confinement.ts';
import { makeFolder, until } from '../../frame/programs.ts';

function sh(script: string, options: CommandOptions = {}, launching: LaunchOptions = {}): Process {
  return launch('/bin/sh', command({ base: 'system', arguments: ['-c', script], ...options }), launching);
}

async function outputOf(
  script: string,
  options: CommandOptions = {},
  launching: LaunchOptions = {},
): Promise<string> {
  const output = pipe('write');
  const running = sh(script, { stdout: output, ...options }, launching);
  const [printed, reason] = await Promise.all([text(output.stream), running.exited]);
  assert.equal(reason.kind, 'exited', JSON.stringify(reason));
  return printed;
}

test('a Linux program runs, and its exit code and what it used are known', async () => {
  const reason = await sh('exit 42').exited;
  assert.equal(reason.kind, 'exited');
  assert.ok(reason.kind === 'exited' && reason.usage !== undefined);
  assert.equal(reason.code, 42);
  const { maximumMemory, cpuTime } = reason.usage;
  assert.ok(maximumMemory > 100_000 && maximumMemory < 40 * 2 ** 20, `${maximumMemory} bytes`);
  assert.ok(cpuTime >= 0 && cpuTime < 10_000);
});

test('a launch mounts the directory that it has checked, wherever that lies by then', async (t) => {
  const folder = makeFolder(t);
  const at = join(folder, 'granted');
  const moved = join(folder, 'moved');
  mkdirSync(at);
  writeFileSync(join(at, 'checked'), '');
  const output = pipe('write');
  const planned = planToLaunch(
    '/bin/ls',
    command({ arguments: [at], stdout: output, directories: { [at]: file(at) } }),
  );
  renameSync(at, moved);
  mkdirSync(at);
  writeFileSync(join(at, 'other'), '');
  const running = launchPlan(planned);
  assert.equal(await text(output.stream), 'checked\n');
  assert.equal((await running.exited).kind, 'exited');
});

test('streams work both ways', async () => {
  const input = pipe('read');
  const output = pipe('write');
  const running = sh('tr a-z A-Z', { stdin: input, stdout: output });
  input.stream.end('hello');
  assert.equal(await text(output.stream), 'HELLO');
  assert.deepEqual((await running.exited).kind, 'exited');
});

test('a signal that ends the program is told, one of ours reaches it', async () => {
  const own = await sh('kill -SEGV $$').exited;
  assert.equal(own.kind === 'signaled' && own.signal, 'SIGSEGV');
  const output = pipe('write');
  const trapping = sh('trap "exit 7" TERM; echo ready; while :; do sleep 0.1; done', { stdout: output });
  await once(output.stream, 'data');
  assert.equal(trapping.signal('SIGTERM'), true);
  const reason = await trapping.exited;
  assert.equal(reason.kind === 'exited' && reason.code, 7);
  assert.equal(trapping.signal('SIGTERM'), false);
});

test('a program is killed with all processes that it has started, even if they ignore signals', async () => {
  for (const walls of ['all', 'landlock'] as const) {
    const output = pipe('write');
    const marker = `1234${process.pid}${walls.length}`;
    const running = sh(
      `trap "" TERM HUP INT; (setsid sleep ${marker} &) ; setsid sh -c "trap '' TERM; sleep ${marker}" & echo ready; wait`,
      { stdout: output },
      { walls },
    );
    await once(output.stream, 'data');
    await until('both run', () => processesWith(marker).length === 2);
    running.kill();
    assert.deepEqual(await running.exited, { kind: 'killed' }, walls);
    assert.deepEqual(processesWith(marker), [], walls);
  }
});

test('background processes of a program end with it', async () => {
  for (const walls of ['all', 'landlock'] as const) {
    const marker = `4321${process.pid}${walls.length}`;
    const reason = await sh(`setsid sleep ${marker} & exit 3`, {}, { walls }).exited;
    assert.equal(reason.kind === 'exited' && reason.code, 3, JSON.stringify(reason));
    assert.deepEqual(processesWith(marker), [], walls);
  }
});

/** The processes of this host that have a word on their command line. */
function processesWith(word: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0').includes(word);
    } catch {
      return false;
    }
  });
}

test('limits of time end it, and say so', async () => {
  const wall = await sh('sleep 100', { limits: { wallClock: '100ms' } }).exited;
  assert.deepEqual(wall, { kind: 'limit', limit: 'wall_clock' });
  const cpu = await sh('while :; do :; done', { limits: { cpuTime: '1s' } }).exited;
  assert.equal(cpu.kind === 'limit' && cpu.limit, 'cpu_time', JSON.stringify(cpu));
});

test('an AbortSignal ends it', async () => {
  const controller = new AbortController();
  const running = sh('sleep 100', {}, { signal: controller.signal });
  controller.abort();
  assert.deepEqual(await running.exited, { kind: 'killed' });
  assert.throws(() => sh('true', {}, { signal: controller.signal }));
});

test('nothing of the launcher leaks in', async () => {
  const script = `
    env; pwd; umask; ls /proc/self/fd | tr '\\n' ' '; echo
    grep -E '^(Sig(Blk|Ign)|Cap|NoNewPrivs|Seccomp:)' /proc/self/status; hostname; cut -d' ' -f6 /proc/self/stat`;
  process.env['LEAK'] = 'secret';
  const printed = await outputOf(script, { proc: true });
  delete process.env['LEAK'];
  assert.doesNotMatch(printed, /LEAK/);
  assert.match(printed, /^SigBlk:\s+0+$/m);
  assert.match(printed, /^SigIgn:\s+0+$/m);
  for (const set of ['Inh', 'Prm', 'Eff', 'Bnd', 'Amb'])
    assert.match(printed, new RegExp(`^Cap${set}:\\s+0+$`, 'm'));
  assert.match(printed, /^NoNewPrivs:\s+1$/m);
  assert.match(printed, /^Seccomp:\s+2$/m);
  assert.match(printed, /^localhost$/m);
  assert.match(printed, /^0022$/m);
  assert.match(printed, /^2$/m, 'a session of its own');
});

test('descriptors that the launcher has inherited stay with it', async (context) => {
  const child = fileURLToPath(new URL('../../frame/run/linux/leaky-launcher.js', import.meta.url));
  // Twenty pipes without FD_CLOEXEC.
  const stdio = ['ignore', 'pipe', 'inherit', ...Array<'pipe'>(20).fill('pipe')] as const;
  const launcher = spawn(process.execPath, [child, 'descriptors'], { stdio: [...stdio] });
  context.after(() => launcher.kill());
  const { stdout } = launcher;
  assert.ok(stdout);
  // 0 and 2 were not granted: they are there, and can do nothing.
  assert.equal((await text(stdout)).trim(), '0\n2\n1');
});

test('when the launcher is killed, nothing is left', async (context) => {
  const child = fileURLToPath(new URL('../../frame/run/linux/leaky-launcher.js', import.meta.url));
  for (const walls of ['all', 'landlock']) {
    const marker = `5678${process.pid}${walls.length}`;
    const launcher = spawn(process.execPath, [child, 'sleep', marker, walls], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    context.after(() => launcher.kill('SIGKILL'));
    await once(launcher.stdout, 'data');
    await until('both run', () => processesWith(marker).length >= 2);
    launcher.kill('SIGKILL');
    await once(launcher, 'close');
    await until(`none runs behind ${walls}`, () => processesWith(marker).length === 0);
  }
});

test('two hundred programs at once leave nothing behind', async () => {
  const count = (): object => ({
    descriptors: readdirSync('/proc/self/fd').length,
    mounts: readFileSync('/proc/self/mountinfo', 'utf8').split('\n').length,
    children: readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8'),
  });
  const made = plan('/bin/true', command());
  assert.equal((await launchPlan(made).exited).kind, 'exited');
  const before = count();
  const reasons = await Promise.all(Array.from({ length: 200 }, () => launchPlan(made).exited));
  for (const reason of reasons)
    assert.equal(reason.kind === 'exited' && reason.code, 0, JSON.stringify(reason));
  // Node closes its ends of sockets in later turns of the event loop.
  await until('nothing is left', () => isDeepStrictEqual(count(), before)).catch(() => undefined);
  assert.deepEqual(count(), before);
});

test('the granted directory is the one that was there when the program was launched', async (context) => {
  const folder = makeFolder(context);
  for (const name of ['granted', 'other']) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, name), '');
  }
  const options: CommandOptions = {
    base: 'system',
    arguments: ['-c', 'ls /seen'],
    directories: { '/seen': file(join(folder, 'granted'), { rights: 'read' }) },
  };
  const output = pipe('write');
  const made = plan('/bin/sh', command({ ...options, stdout: output }));
  const running = launchPlan(made);
  renameSync(join(folder, 'granted'), join(folder, 'moved'));
  symlinkSync(join(folder, 'other'), join(folder, 'granted'));
  const [printed, reason] = await Promise.all([text(output.stream), running.exited]);
  // Either side may be quicker: the program sees the directory itself, or nothing at all.
  if (reason.kind === 'exited') assert.equal(printed.trim(), 'granted');
  else assert.match(JSON.stringify(reason), /cannot_open/);
});

test('a step that fails is told in words', async (context) => {
  const folder = makeFolder(context);
  mkdirSync(join(folder, 'inner'));
  const directories = {
    '/data': file(folder, { rights: 'read' }),
    '/data/inner': file('/usr/share', { rights: 'read' }),
  };
  const made = plan('/bin/sh', command({ base: 'system', arguments: ['-c', ':'], directories }));
  rmdirSync(join(folder, 'inner'));
  assert.deepEqual(await launchPlan(made).exited, {
    kind: 'failed',
    code: 'cannot_open',
    message: 'Mount /usr/share at /data/inner: no such file or directory',
  });
});

test('without namespaces, what cannot be shown where it lies is refused', (context) => {
  const folder = makeFolder(context);
  const options = { directories: { '/elsewhere': file(folder, { rights: 'read' }) } };
  assert.throws(() => sh('true', options, { walls: 'landlock' }), /sees it where it lies on the host/);
  assert.throws(() => sh('true', { network: 'loopback' }, { walls: 'landlock' }), /needs namespaces/);
});

test('without namespaces, a program still uses nothing but what was granted', async (context) => {
  const folder = makeFolder(context);
  writeFileSync(join(folder, 'file'), 'content');
  const script = `cat ${folder}/file; cat /etc/passwd 2>&1; ls / 2>&1; touch ${folder}/new; kill -0 ${process.pid}`;
  const printed = await outputOf(
    `{ ${script}; } 2>&1; true`,
    { directories: { [folder]: file(folder, { rights: 'read' }) } },
    { walls: 'landlock' },
  );
  assert.match(printed, /^content/);
  assert.equal(printed.match(/Permission denied/g)?.length, 3, printed);
  assert.match(printed, /Operation not permitted/);
});

test('a missing mechanism says what is lost and what accepts that', () => {
  const error = new MissingMechanismError('namespaces', 'make a mount namespace: operation not permitted');
  assert.match(error.message, /lacks namespaces .*make a mount namespace.*--accept-missing namespaces/);
});
