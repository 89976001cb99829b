// What does a network that leads to granted hosts cost? A client in C speaks to a server in C on the host's loopback: on
// the host's network, with a grant of that one port, by a relay in C that decides nothing, and, where they are installed,
// through user-space networks beside bubblewrap (pasta, slirp4netns) and the proxies of srt, which the client has to ask.
// Connections one after the other and in parallel, exchanges over 50 of them, streams of 1 and 10, processor time for a GB,
// what a start takes longer, and the memory of what carries 2,000 connections. Contenders take turns.
// Run: npm run bench -- network [--turns N]
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { command, file, pipe } from '../src/resources/constructors.ts';
import { launch } from '../src/run/launch.ts';
import { privateMemory, treeOf } from './commands.ts';
import { peer } from './peers.ts';
import { allTime } from './processor-time.ts';
import { benchOptions, least, OURS, type Result, report } from './report.ts';

const options = benchOptions(3);
const folder = mkdtempSync(join(tmpdir(), 'network-bench-'));
const client = join(folder, 'network');
compile('network', client);

function compile(name: string, to: string): void {
  const source = new URL(`../../bench/${name}.c`, import.meta.url).pathname;
  const built = spawnSync('gcc', ['-O2', '-pthread', '-o', to, source], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.error?.message ?? built.stderr);
}

const HOST = 'host network';
/** The least that any relay must do. */
const RELAY = 'a relay in C';

/** A process that listens for the whole run. */
type Listening = { readonly process: ChildProcess; readonly port: string };

async function listening(program: string, argument: string): Promise<Listening> {
  const started = spawn(program, [argument], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(started.stdout, 'data');
  return { process: started, port: String(Number(line)) };
}

const server = await listening(client, 'serve');
const { port } = server;
compile('relay', join(folder, 'relay'));
const relay = await listening(join(folder, 'relay'), port);

/** A client that runs: its output and its end. */
type Running = {
  readonly output: Readable;
  readonly ended: Promise<unknown>;
  readonly kill: () => void;
};

type Start = (args: readonly string[]) => Running;

function spawned(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
  const child: ChildProcess & { stdout: Readable } = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...env },
    // A group of its own, which ends as a whole: what carries the network outlives the command that started it.
    detached: true,
  });
  return {
    output: child.stdout,
    ended: once(child, 'exit'),
    kill: () => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    },
  };
}

function launched(args: readonly string[]): Running {
  const stdout = pipe('write');
  const program = launch(
    client,
    command({
      base: 'system',
      arguments: args,
      stdout,
      directories: { [folder]: file(folder, { rights: ['read', 'execute'] }) },
      network: { hosts: [`localhost:${port}`] },
    }),
  );
  return {
    output: stdout.stream,
    ended: program.exited,
    kill: () => program.kill(),
  };
}

const bwrap = peer('bwrap');
const pasta = peer('pasta');
const slirp = peer('slirp4netns');
const walls = [
  '--ro-bind',
  '/',
  '/',
  '--dev',
  '/dev',
  '--proc',
  '/proc',
  '--unshare-pid',
  '--die-with-parent',
];

/** Starts bubblewrap with a network of its own, waits for slirp4netns to set it up, and lets the program go on. */
const SLIRP = `
import json, os, subprocess, sys
slirp, bwrap, rest = sys.argv[1], sys.argv[2], sys.argv[3:]
at = rest.index("--")
info_out, info_in = os.pipe(); block_out, block_in = os.pipe(); ready_out, ready_in = os.pipe()
child = subprocess.Popen([bwrap, *rest[:at], "--unshare-net", "--info-fd", str(info_in), "--block-fd", str(block_out), *rest[at + 1:]], pass_fds=(info_in, block_out))
os.close(info_in)
pid = json.loads(os.fdopen(info_out).read())["child-pid"]
net = subprocess.Popen([slirp, "--configure", "--mtu=65520", "-r", str(ready_in), str(pid), "tap0"], pass_fds=(ready_in,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
os.read(ready_out, 1)
os.write(block_in, b"x")
child.wait(); net.kill(); net.wait()
`;

/** Gives the client the proxy for HTTP of srt's world, whose address and password are in a variable. */
const VIA_PROXY = `
import base64, os, sys, urllib.parse
proxy = urllib.parse.urlsplit(os.environ["HTTPS_PROXY"])
pair = urllib.parse.unquote(proxy.username or "") + ":" + urllib.parse.unquote(proxy.password or "")
os.environ["PROXY_PORT"] = str(proxy.port)
os.environ["PROXY_AUTHORIZATION"] = "Basic " + base64.b64encode(pair.encode()).decode()
os.execv(sys.argv[1], sys.argv[1:])
`;

const starts: Record<string, Start> = {
  [HOST]: (args) => spawned(client, args),
  [RELAY]: ([work = '', , ...rest]) => spawned(client, [work, relay.port, ...rest]),
  [OURS]: launched,
};
if (pasta !== undefined && bwrap !== undefined) {
  // It runs within: as root, what it starts has no user namespace from which bubblewrap could make another.
  const network = ['--config-net', '--quiet', '--foreground', '--runas', '0:0', '-T', port];
  const device = ['--dev-bind', '/dev/net/tun', '/dev/net/tun'];
  starts['bwrap and pasta'] = (args) =>
    spawned(bwrap, [...walls, ...device, '--', pasta, ...network, '--', client, ...args]);
}
if (slirp !== undefined && bwrap !== undefined) {
  // The host's loopback is 10.0.2.2 there.
  starts['bwrap and slirp4netns'] = (args) =>
    spawned('python3', ['-c', SLIRP, slirp, bwrap, ...walls, '--', client, ...args], { HOST: '10.0.2.2' });
}
const srt = peer('srt');
if (srt !== undefined) {
  const settings = join(folder, 'srt.json');
  const script = join(folder, 'via-proxy.py');
  const network = { allowedDomains: ['localhost'], deniedDomains: [] };
  writeFileSync(
    settings,
    JSON.stringify({ network, filesystem: { denyRead: [], allowWrite: [], denyWrite: [] } }),
  );
  writeFileSync(script, VIA_PROXY);
  starts['srt'] = (args) => spawned(srt, ['--settings', settings, 'python3', script, client, ...args]);
}

/** Milliseconds of processor time that what listens has used so far (proc_pid_stat(5), in ticks of 10 ms). */
function listenersTime(): number {
  return [server, relay].reduce((sum, { process: { pid } }) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return sum + 10 * (Number(fields[11]) + Number(fields[12]));
  }, 0);
}

const PAUSE_MS = 10;
const MOST_PAUSES = 500;

/** The processes beneath this one; none where one of them ends meanwhile. */
function processes(): number {
  try {
    return treeOf(process.pid).length;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** The processor time of a run in all of its processes, in milliseconds: counted when they have been waited for. */
async function processorTime(start: Start, args: readonly string[]): Promise<number> {
  const others = processes();
  const before = allTime() + listenersTime();
  const value = await figure(start, args);
  for (let pauses = 0; processes() > others && pauses < MOST_PAUSES; pauses++)
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  return Number.isFinite(value) ? allTime() + listenersTime() - before : Number.NaN;
}

async function figure(start: Start, args: readonly string[]): Promise<number> {
  const running = start(args);
  let text = '';
  for await (const chunk of running.output) text += chunk;
  await running.ended;
  return Number.parseFloat(text);
}

type Work = {
  readonly work: string;
  readonly unit: Result['unit'];
  readonly args: readonly string[];
};

const p = port;
const works: readonly Work[] = [
  { work: 'a connection and a byte', unit: 'us', args: ['connect', p, '300'] },
  { work: 'connections, 8 at once', unit: 'requests/s', args: ['open', p, '8', '1'] },
  { work: 'exchanges over 50 connections', unit: 'requests/s', args: ['exchange', p, '50', '1'] },
  { work: '1 GB over one stream', unit: 'ms', args: ['stream', p, '1', '1000'] },
  { work: '1 GB over ten streams', unit: 'ms', args: ['stream', p, '10', '1000'] },
];

const results: Result[] = [];
for (const { work, unit, args } of options.brief ? works.slice(0, 1) : works) {
  const best: Record<string, number> = {};
  for (let turn = 0; turn < options.turns; turn++)
    for (const [name, start] of Object.entries(starts)) {
      const value = await figure(start, args);
      if (Number.isFinite(value))
        best[name] = unit === 'requests/s' ? Math.max(best[name] ?? 0, value) : least(best[name], value);
    }
  results.push({ work, unit, values: best });
}

/** The processor time of a GB: that of a run, without that of a run which moves a thousandth of it. */
async function timeOfGigabyte(streams: string): Promise<Record<string, number>> {
  const whole: Record<string, number> = {};
  const start: Record<string, number> = {};
  for (let turn = 0; turn < options.turns; turn++)
    for (const [name, way] of Object.entries(starts))
      for (const [times, megabytes] of [
        [start, '1'],
        [whole, '1001'],
      ] as const) {
        const time = await processorTime(way, ['stream', p, streams, megabytes]);
        if (Number.isFinite(time)) times[name] = least(times[name], time);
      }
  return Object.fromEntries(
    Object.entries(whole).map(([name, time]) => [name, time - (start[name] ?? Number.NaN)]),
  );
}
if (!options.brief)
  for (const [streams, title] of [
    ['1', 'one stream'],
    ['10', 'ten streams'],
  ] as const)
    results.push({
      work: `processor time of 1 GB over ${title}`,
      unit: 'ms',
      values: await timeOfGigabyte(streams),
    });

/** The milliseconds from a start to the end of a client that connects once. */
async function startTime(network: boolean): Promise<number> {
  const begin = performance.now();
  const args = ['-c', 'exit 0'];
  const world = command({
    base: 'system',
    arguments: args,
    ...(network && { network: { hosts: [`localhost:${port}`] } }),
  });
  await launch('/bin/sh', world).exited;
  return performance.now() - begin;
}
if (!options.brief) {
  const took: Record<string, number> = {};
  for (let turn = 0; turn < 20 * options.turns; turn++) {
    took['without'] = least(took['without'], await startTime(false));
    took[OURS] = least(took[OURS], await startTime(true));
  }
  results.push({ work: 'start to end of /bin/sh', unit: 'ms', values: took });
  results.push({ work: '2,000 connections, memory', unit: 'MB', values: await heldMemory() });
}

/** The private memory of the processes that carry 2,000 connections: the children of this one but the client itself. */
async function heldMemory(): Promise<Record<string, number>> {
  const values: Record<string, number> = {};
  for (const [name, start] of Object.entries(starts)) {
    if (name === HOST || name === RELAY) continue;
    const before = new Set(treeOf(process.pid));
    const running = start(['hold', p, '2000']);
    const held = once(running.output, 'data').then(() => true);
    // A client that fails says nothing.
    if (!(await Promise.race([held, running.ended.then(() => false)]))) {
      console.error(`${name} did not carry 2,000 connections`);
      continue;
    }
    const carrying = treeOf(process.pid).filter((pid) => !before.has(pid));
    values[name] = carrying.reduce((sum, pid) => sum + privateMemory(pid), 0);
    running.kill();
    await running.ended;
  }
  return values;
}

for (const one of [relay, server]) one.process.kill();
rmSync(folder, { recursive: true });
report(results, options);
