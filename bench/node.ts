// What does confinement cost a program in TypeScript? A small HTTP server answers as often as it can: as a plain
// program of Node, behind the walls with a granted socket and, where they are installed, under Deno and Bun. Contenders
// take turns, and the client shares the machine with them.
// Run: npm run bench -- node [--turns N]
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { privateMemory, treeOf } from './commands.ts';
import { peer } from './peers.ts';
import { benchOptions, median, OURS, report } from './report.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const command = join(root, 'dist/bin/cloudabi-run.js');

const NODE = 'node';

/** Requests under way at once, and the seconds of the load. */
const CONNECTIONS = 16;
const SECONDS = 2;

const options = benchOptions(5);

const folder = mkdtempSync(join(tmpdir(), 'cloudabi-bench-'));
const env = { PATH: process.env['PATH'], XDG_CACHE_HOME: join(folder, 'cache') };

const answer =
  "(request, response) => { response.setHeader('Content-Type', 'text/plain'); response.end('Hello'); }";
writeFileSync(
  join(folder, 'plain.mjs'),
  `import { createServer } from 'node:http'; import process from 'node:process'; createServer(${answer}).listen(Number(process.argv[2]), '127.0.0.1');`,
);
writeFileSync(
  join(folder, 'confined.ts'),
  `import { createServer } from 'node:http'; import { listener, program } from 'cloudabi/program';
   export default program({ schema: { listen: listener() } }, ({ listen }) => { createServer(${answer}).listen(listen); });`,
);
/** Finds a port on which no socket listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function once(port: number, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', agent }, (response) => {
      response.resume().on('end', resolve).on('error', reject);
    }).on('error', reject);
  });
}

type Load = {
  readonly requests: number;
  readonly p99: number;
  /** Microseconds of processor time for each request: what other work on the machine disturbs least. */
  readonly cpu: number;
  /** Megabytes of the server itself, and of all processes that were started for it, at their peak. */
  readonly memory: number;
  readonly together: number;
  /** Megabytes that no other process shares, of all but the server itself. */
  readonly watching: number;
};

/** The most memory that a process had at once, in megabytes. */
function peakOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s*(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
}

/** Processor time of a process in microseconds, in steps of the host's clock, which has 100 ticks a second (proc_pid_stat(5)). */
function cpuTime(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 1e4;
}

/** Asks a server as often as it answers. */
async function load(port: number, child: ChildProcess): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  for (let attempt = 0; ; attempt++) {
    try {
      await once(port, agent);
      break;
    } catch (error) {
      if (attempt > 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
  for (let warm = 0; warm < 2000; warm++) await once(port, agent);
  const times: number[] = [];
  // A confined server is watched by the command that was started, and by the first process of its world.
  const processes = treeOf(child.pid ?? 0);
  const server = processes.at(-1) ?? 0;
  const cpu = cpuTime(server);
  const end = performance.now() + SECONDS * 1000;
  const client = async (): Promise<void> => {
    for (let now = performance.now(); now < end; ) {
      await once(port, agent);
      const then = performance.now();
      times.push(then - now);
      now = then;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  const used = cpuTime(server) - cpu;
  agent.destroy();
  times.sort((a, b) => a - b);
  return {
    requests: times.length / SECONDS,
    p99: times[Math.floor(times.length * 0.99)] ?? Number.NaN,
    cpu: used / times.length,
    memory: peakOf(server),
    together: processes.reduce((sum, pid) => sum + peakOf(pid), 0),
    watching: processes.slice(0, -1).reduce((sum, pid) => sum + privateMemory(pid), 0),
  };
}

type Server = { readonly name: string; readonly start: (port: number) => readonly [string, ...string[]] };

const plain = join(folder, 'plain.mjs');
const deno = peer('deno');
const bun = peer('bun');
const servers: Server[] = [
  { name: NODE, start: (port) => [process.execPath, plain, String(port)] },
  {
    name: OURS,
    start: (port) => {
      const grants = join(folder, 'grants.yaml');
      writeFileSync(grants, `listen: !socket\n  bind: 127.0.0.1:${port}\n`);
      return [process.execPath, command, '--config', grants, join(folder, 'confined.ts')];
    },
  },
];
if (deno !== undefined) {
  servers.push({
    name: 'deno',
    start: (port) => [deno, 'run', '--no-remote', `--allow-net=127.0.0.1:${port}`, plain, String(port)],
  });
}
if (bun !== undefined) servers.push({ name: 'bun', start: (port) => [bun, 'run', plain, String(port)] });

async function serve({ start }: Server): Promise<Load> {
  const port = await freePort();
  const [program, ...parameters] = start(port);
  const child = spawn(program, parameters, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    return await load(port, child);
  } finally {
    child.kill('SIGKILL');
  }
}

const loads = new Map<string, Load[]>();
for (let turn = 0; turn < options.turns; turn++) {
  // The second contender finds a warmer machine, so that they change places.
  for (const server of turn % 2 === 0 ? servers : servers.toReversed())
    loads.set(server.name, [...(loads.get(server.name) ?? []), await serve(server)]);
}

rmSync(folder, { recursive: true, force: true });

const of = (key: keyof Load): Record<string, number> =>
  Object.fromEntries([...loads].map(([name, each]) => [name, median(each.map((one) => one[key]))]));
const watching = { [OURS]: of('watching')[OURS] ?? Number.NaN };
report(
  [
    { work: 'requests', unit: 'requests/s', values: of('requests') },
    { work: '99th percentile', unit: 'ms', values: of('p99') },
    { work: 'processor time of a request', unit: 'us', values: of('cpu') },
    { work: 'peak memory of the server', unit: 'MB', values: of('memory') },
    { work: 'peak memory of all processes', unit: 'MB', values: of('together') },
    { work: 'memory of what watches', unit: 'MB', values: watching },
  ],
  options,
);
