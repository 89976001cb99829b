// The contenders of the benchmarks of a network: a client in C that speaks to a server in C on the host's loopback, and the
// ways between them. It is on the host's network, has a grant of that one port, goes by a relay in C that decides nothing, and,
// where they are installed, through user-space networks beside bubblewrap (pasta, slirp4netns) and the proxies of srt,
// which it has to ask.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { command, file, pipe } from '../src/resources/constructors.ts';
import { launch } from '../src/run/launch.ts';
import { peer } from './peers.ts';
import { OURS } from './report.ts';

const folder = mkdtempSync(join(tmpdir(), 'network-bench-'));
const client = join(folder, 'network');
compile('network', client);

function compile(name: string, to: string): void {
  const source = new URL(`../../bench/${name}.c`, import.meta.url).pathname;
  const built = spawnSync('gcc', ['-O2', '-pthread', '-o', to, source], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.error?.message ?? built.stderr);
}

/** The name of a client on the host's network. */
export const HOST = 'host network';
/** The least that any relay must do. */
export const RELAY = 'a relay in C';

/** A process that listens for the whole run. */
export type Listening = { readonly process: ChildProcess; readonly port: string };

async function listening(program: string, argument: string): Promise<Listening> {
  const started = spawn(program, [argument], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(started.stdout, 'data');
  return { process: started, port: String(Number(line)) };
}

/** The server that all clients speak to. */
export const server = await listening(client, 'serve');
/** The port of the server. */
export const { port } = server;
compile('relay', join(folder, 'relay'));
/** The relay in C before it. */
export const relay = await listening(join(folder, 'relay'), port);

/** A client that runs: its output and its end. */
export type Running = {
  readonly output: Readable;
  readonly ended: Promise<unknown>;
  readonly kill: () => void;
};

/** Starts a client with arguments. */
export type Start = (args: readonly string[]) => Running;

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

/** Starts a client by `launch()`. */
export function launched(args: readonly string[]): Running {
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

/** Starts of a client, by contender. */
export const starts: Record<string, Start> = {
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

/** Milliseconds after which a client that does not end is killed. */
export const MOST_MS = 60_000;

/** Returns the figure that a client prints; NaN when it fails or does not end. */
export async function figure(start: Start, args: readonly string[]): Promise<number> {
  const running = start(args);
  const late = setTimeout(() => running.kill(), MOST_MS);
  let text = '';
  for await (const chunk of running.output) text += chunk;
  await running.ended;
  clearTimeout(late);
  return Number.parseFloat(text);
}

/** Ends the server and the relay. */
export function endListeners(): void {
  for (const one of [relay, server]) one.process.kill();
  rmSync(folder, { recursive: true });
}
