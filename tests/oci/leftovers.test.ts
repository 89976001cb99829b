// Nothing of a container outlives what made it, even where that is killed in the midst of its work.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { GROUPS, noContainers, TestBundle } from '../frame/oci/bundle.ts';

const skip = noContainers;

/** Processes whose command line, or that of whose executable, has a word. */
function processesWith(word: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cgroup`, 'latin1').includes(word);
      } catch {
        return false;
      }
    });
}

function groupsOf(id: string): readonly string[] {
  const root = '/sys/fs/cgroup';
  const all = [root, ...readdirSync(root).map((name) => join(root, name))];
  return all.map((directory) => join(directory, GROUPS, id)).filter((path) => existsSync(path));
}

test('a launcher that is killed at any moment leaves nothing that delete does not remove', {
  skip,
}, async (context) => {
  const bundle = new TestBundle(context);
  bundle.configure(['sleep', '1000']);
  const states = join(bundle.directory, 'states');
  const steps = ['states', 'state', 'pid'];
  // Killed as soon as there is: a directory, a state, a first process with a number, and at once.
  for (const step of [...steps, 'now']) {
    const words = [
      '--root',
      states,
      'create',
      '--bundle',
      bundle.directory,
      '--pid-file',
      join(bundle.directory, 'pid'),
      bundle.id,
    ];
    const launcher = spawn(bundle.runtime, words, { stdio: 'ignore' });
    const ended = new Promise((done) => launcher.once('exit', done));
    const state = join(states, bundle.id, 'state');
    const reached = (): boolean =>
      step === 'now' ||
      (step === 'states' && existsSync(join(states, bundle.id))) ||
      (step === 'state' && existsSync(state)) ||
      (step === 'pid' && existsSync(state) && !readFileSync(state, 'latin1').startsWith('pid 0'));
    while (!reached() && launcher.exitCode === null) await new Promise((resolve) => setImmediate(resolve));
    launcher.kill('SIGKILL');
    await ended;
    assert.equal(bundle.run('delete', '--force', bundle.id).status, 0, step);
    assert.ok(!existsSync(join(states, bundle.id)), step);
    assert.deepEqual(processesWith(bundle.id), [], step);
    assert.deepEqual(groupsOf(bundle.id), [], step);
  }
  assert.doesNotMatch(readFileSync('/proc/self/mountinfo', 'utf8'), new RegExp(bundle.directory));
});

test('a container whose first process is killed ends with all of its processes', {
  skip,
}, async (context) => {
  const bundle = new TestBundle(context);
  bundle.configure(['sh', '-c', 'sleep 1000 & sleep 1000 & wait']);
  assert.equal(bundle.create().status, 0);
  bundle.run('start', bundle.id);
  process.kill(bundle.pid, 'SIGKILL');
  await bundle.ended();
  assert.equal(bundle.status, 'stopped');
  assert.equal(bundle.run('delete', bundle.id).status, 0);
  assert.deepEqual(processesWith(bundle.id), []);
  assert.deepEqual(groupsOf(bundle.id), []);
});

test('an exec that is killed before the engine knows its process leaves none', {
  skip,
}, async (context) => {
  const bundle = new TestBundle(context);
  bundle.configure(['sleep', '1000']);
  assert.equal(bundle.create().status, 0);
  assert.equal(bundle.run('start', bundle.id).status, 0);
  const at = (name: string): string => join(bundle.directory, name);
  // A pipe that is never read stops the command where it writes the number.
  spawnSync('mkfifo', [at('exec-pid')]);
  // The terminal stays open in messages that are not read.
  const engine = createServer({ pauseOnConnect: true });
  await new Promise<void>((done) => engine.listen(at('console'), done));
  const sockets: Socket[] = [];
  engine.on('connection', (socket) => sockets.push(socket));
  context.after(() => {
    for (const socket of sockets) socket.destroy();
    engine.close();
  });
  const terminal = once(engine, 'connection');
  const exec = (pidFile: string, program: string): ChildProcess => {
    const files = ['--pid-file', at(pidFile), '--console-socket', at('console')];
    const words = ['exec', '--detach', '--tty', ...files, bundle.id, 'sh', '-c', program];
    return spawn(bundle.runtime, ['--root', at('states'), ...words], { stdio: 'ignore' });
  };
  const killed = exec('exec-pid', 'echo > /tmp/killed');
  const ended = once(killed, 'exit');
  await Promise.race([terminal, ended]);
  assert.equal(killed.exitCode, null);
  const others = processesWith(bundle.id).filter((pid) => Number(pid) !== bundle.pid);
  killed.kill('SIGKILL');
  await ended;
  for (const pid of others)
    await once(spawn('tail', ['--pid', pid, '-s', '0.02', '-f', '/dev/null']), 'exit');
  assert.deepEqual(processesWith(bundle.id), [String(bundle.pid)]);
  // The twin, whose number is written, does what it was asked for.
  const kept = exec('exec-pid-file', 'echo > /tmp/kept; exec sleep 1000');
  assert.deepEqual(await once(kept, 'exit'), [0, null]);
  const left = processesWith(bundle.id).filter((pid) => Number(pid) !== bundle.pid);
  assert.deepEqual(left, [readFileSync(at('exec-pid-file'), 'latin1')]);
  assert.equal(bundle.run('exec', bundle.id, 'ls', '/tmp').stdout.replace('kept\n', ''), '');
});

test('twenty containers are made, run and removed at once', { skip }, async (context) => {
  const bundles = Array.from({ length: 20 }, () => new TestBundle(context));
  const one = async (bundle: TestBundle, index: number): Promise<void> => {
    bundle.configure(['sh', '-c', `echo container ${index}; sleep 1000`]);
    const call = (...words: readonly string[]): Promise<number | null> => {
      const child = spawn(bundle.runtime, ['--root', join(bundle.directory, 'states'), ...words], {
        stdio: 'ignore',
      });
      return new Promise((done) => child.once('exit', done));
    };
    assert.equal(await call('create', '--bundle', bundle.directory, bundle.id), 0);
    assert.equal(await call('start', bundle.id), 0);
    assert.equal(bundle.status, 'running');
    assert.equal(await call('delete', '--force', bundle.id), 0);
    assert.deepEqual(groupsOf(bundle.id), []);
  };
  await Promise.all(bundles.map(one));
  assert.deepEqual(
    bundles.flatMap(({ id }) => processesWith(id)),
    [],
  );
});
