import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launch, pipe } from '../src/index.ts';
import { nodeFiles } from '../src/plan/node/files.ts';
import { folderWith, programWith } from '../tests/frame/program/sources.ts';
import { childrenOf, isAlive, until } from '../tests/frame/programs.ts';

const command = fileURLToPath(new URL('../../dist/bin/cloudabi-run.js', import.meta.url));
const NAMESPACES = ['ipc', 'mnt', 'net', 'pid', 'uts'] as const;

const WAITS = `import { program } from 'cloudabi/program';
  export default program(async ({ output }: any) => { output.write('up'); setInterval(() => 0, 1000); });`;

/** Lists the children of a process that may have ended meanwhile. */
function childrenIfAny(pid: number): number[] {
  try {
    return childrenOf(pid);
  } catch {
    return [];
  }
}

/** Finds the host process id of the program that a launcher has started in a world of its own. */
function inhabitantOf(launcher: number): number {
  const found = childrenOf(launcher)
    .flatMap(childrenIfAny)
    .find((pid) => isAlive(pid) && /^NSpid:\t\d+\t2$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')));
  assert.ok(found !== undefined);
  return found;
}

test("a program's process has Node, its libraries and our few files around it, and nothing else", async (t) => {
  const output = pipe('write');
  await using child = launch(programWith(t, WAITS), { output });
  await once(output.stream, 'readable');
  const pid = inhabitantOf(process.pid);
  const mounts = readFileSync(`/proc/${pid}/mountinfo`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '');
  const { mounts: granted, links } = nodeFiles();
  const expected = ['/', '/dev/null', '/proc', ...granted.map(({ at }) => at)];
  assert.deepEqual(mounts.toSorted(), expected.toSorted());
  const names = new Set(
    [...expected, ...links.map(([path]) => path)].map((path) => path.split('/')[1] ?? ''),
  );
  names.delete('');
  assert.deepEqual(readdirSync(`/proc/${pid}/root`).sort(), [...names].sort());
  const interfaces = readFileSync(`/proc/${pid}/net/dev`, 'utf8').split('\n').slice(2).filter(Boolean);
  assert.deepEqual(
    interfaces.map((line) => line.split(':')[0]?.trim()),
    ['lo'],
  );
  for (const name of NAMESPACES)
    assert.notEqual(readlinkSync(`/proc/${pid}/ns/${name}`), readlinkSync(`/proc/self/ns/${name}`), name);
  // The twin: between the other walls alone, it is a process of the host.
  const twinOutput = pipe('write');
  await using twin = launch(programWith(t, WAITS), { output: twinOutput }, { walls: 'landlock' });
  await once(twinOutput.stream, 'readable');
  const other = childrenOf(process.pid).find((id) => !childrenIfAny(id).includes(pid));
  for (const name of NAMESPACES)
    assert.equal(readlinkSync(`/proc/${other}/ns/${name}`), readlinkSync(`/proc/self/ns/${name}`), name);
  child.kill();
  twin.kill();
});

/**
 * A package that counts as one with machine code: it runs before the other walls are up. It also runs on the host
 * itself, so it must do no harm when it succeeds.
 */
const TAKEOVER = `
const fs = require('node:fs');
const attempt = (what) => { try { return 'reached ' + JSON.stringify(what()); } catch (error) { return 'refused ' + (error.code ?? error.message); } };
const { secret, log, parent, port } = JSON.parse(fs.readFileSync(__dirname + '/target.json', 'utf8'));
exports.found = {
  root: fs.readdirSync('/'),
  pid: process.pid,
  processes: fs.readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).length,
  interfaces: attempt(() => Object.keys(require('node:os').networkInterfaces())),
  host: require('node:os').hostname(),
  secret: attempt(() => fs.readFileSync(secret, 'utf8')),
  exists: attempt(() => fs.statSync(secret).size),
  write: attempt(() => fs.writeFileSync(log, 'changed')),
  own: attempt(() => fs.writeFileSync(__dirname + '/planted.js', '')),
  users: attempt(() => fs.readFileSync('/etc/passwd', 'utf8').length),
  devices: attempt(() => fs.readdirSync('/dev')),
  signal: attempt(() => process.kill(parent, 0)),
  environment: attempt(() => fs.readFileSync('/proc/' + parent + '/environ', 'utf8').length),
  connection: attempt(() => { require('node:net').connect(port, '127.0.0.1').on('error', () => {}); return 'begun'; }),
  twin: attempt(() => fs.readFileSync(__dirname + '/target.json', 'utf8').length > 0),
};
`;

type Found = {
  readonly root: readonly string[];
  readonly pid: number;
  readonly processes: number;
  /** Number of connections to a server of the test. */
  readonly connections: number;
  readonly attempts: Readonly<Record<string, string>>;
};

async function takeOver(t: TestContext, walls: 'all' | 'landlock'): Promise<Found> {
  let connections = 0;
  const victim = createServer((socket) => {
    connections++;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(victim, 'listening');
  t.after(() => victim.close());
  const { port } = victim.address() as AddressInfo;
  const outside = folderWith(t, { secret: 'SECRET', log: 'before' });
  const target = { secret: join(outside, 'secret'), log: join(outside, 'log'), parent: process.pid, port };
  const folder = folderWith(t, {
    'package.json': '{}',
    'program.ts': `import evil from 'evil'; import { program } from 'cloudabi/program';
      export default program(async ({ output }: any) => { output.end(JSON.stringify(evil.found), () => process.exit(0)); });`,
    'node_modules/evil/package.json': '{ "name": "evil", "main": "index.js", "gypfile": true }',
    'node_modules/evil/index.js': TAKEOVER,
    'node_modules/evil/evil.node': 'no machine code',
    'node_modules/evil/target.json': JSON.stringify(target),
  });
  const output = pipe('write');
  const child = launch(join(folder, 'program.ts'), { output }, { addons: ['evil'], walls });
  const written = await text(output.stream);
  const reason = await child.exited;
  assert.equal(reason.kind, 'exited', JSON.stringify(reason));
  const { root, pid, processes, ...attempts } = JSON.parse(written);
  return { root, pid, processes, connections, attempts };
}

test('native code that controls the process before any other wall is up finds nothing of the host', async (t) => {
  const { attempts, root, pid, processes, connections } = await takeOver(t, 'all');
  for (const name of ['secret', 'exists', 'write', 'own', 'users', 'signal', 'environment'])
    assert.match(attempts[name] ?? '', /^refused /, `${name}: ${attempts[name]}`);
  assert.equal(attempts['devices'], 'reached ["null"]');
  assert.match(attempts['interfaces'] ?? '', /^reached \[("lo")?\]$/);
  assert.deepEqual([attempts['host'], pid, processes, connections], ['localhost', 2, 2, 0]);
  // The libraries of the base system are there, since addons need them.
  for (const name of ['home', 'root', 'sys', 'run', 'mnt', 'opt', 'boot'])
    assert.ok(!root.includes(name), `/${name} is there`);
  assert.match(attempts['twin'] ?? '', /^reached true/);
});

test('without namespaces, the same code finds the host: it is they that hold it', async (t) => {
  const { attempts, processes, connections } = await takeOver(t, 'landlock');
  for (const name of ['secret', 'exists', 'write', 'own', 'users', 'signal', 'environment', 'twin'])
    assert.match(attempts[name] ?? '', /^reached/, `${name}: ${attempts[name]}`);
  assert.ok(processes > 2 && connections === 1);
});

test('the program dies with a launcher that is killed', async (t) => {
  const program = programWith(t, WAITS);
  const launcher: ChildProcess = spawn(process.execPath, [command, program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  launcher.stdin?.end('%TAG ! tag:nuxi.nl,2015:cloudabi/\n---\noutput: !fd stdout\n');
  assert.ok(launcher.pid !== undefined && launcher.stdout !== null);
  await once(launcher.stdout, 'readable');
  const pid = inhabitantOf(launcher.pid);
  assert.ok(isAlive(pid));
  launcher.kill('SIGKILL');
  await until('the program is gone', () => !isAlive(pid));
});

const without = fileURLToPath(new URL('../tests/frame/run/linux/without-namespaces.js', import.meta.url));

test('a host that forbids namespaces runs no program in TypeScript, unless that is accepted', (t) => {
  if (spawnSync('unshare', ['--user', '--map-root-user', 'setpriv', '--version']).status !== 0)
    return t.skip('no unshare and setpriv here');
  const program = programWith(t, 'export default () => { console.log("ran as", process.pid > 2); };');
  const run = (...options: string[]): { status: number | null; stdout: string; stderr: string } => {
    const inside = [process.execPath, without, process.execPath, command, ...options, program];
    return spawnSync('unshare', ['--user', '--map-root-user', ...inside], {
      encoding: 'utf8',
      timeout: 300_000,
      input: '%TAG ! tag:nuxi.nl,2015:cloudabi/\n---\noutput: !fd stdout\n',
    });
  };
  const refused = run();
  assert.equal(refused.status, 69, refused.stderr);
  assert.match(refused.stderr, /no namespaces here.*--walls landlock/);
  assert.equal(refused.stdout, '');
  for (const options of [
    ['--accept-missing', 'namespaces'],
    ['--walls', 'landlock'],
  ]) {
    const accepted = run(...options);
    assert.deepEqual([accepted.status, accepted.stdout], [0, 'ran as true\n'], accepted.stderr);
  }
});
