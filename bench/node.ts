// What does confinement cost a program in TypeScript? A small HTTP server answers as often as it can, once as a plain
// program of Node and once behind the walls with a granted socket; start-up is that of an empty program that brings a
// bundle of a megabyte, over `node` running the same bundle. Contenders take turns, and the client shares the machine
// with them.
// Run: npm run bench -- node [--json] [--turns N] [--seconds S]
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median, printTable } from './report.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const command = join(root, 'dist/bin/cloudabi-run.js');

/** Requests per second and the 99th percentile over plain Node; milliseconds and megabytes more than plain Node. */
const AIMS = { requests: 0.97, p99: 1 / 0.97, cached: 15, linked: 40, megabytes: 10 } as const;

/** How many requests are under way at once. */
const CONNECTIONS = 16;

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    turns: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
  },
});
const turns = Number(options.turns);
const seconds = Number(options.seconds);

const folder = mkdtempSync(join(tmpdir(), 'cloudabi-bench-'));
const env = { PATH: process.env['PATH'], XDG_CACHE_HOME: join(folder, 'cache') };

const answer =
  "(request, response) => { response.setHeader('Content-Type', 'text/plain'); response.end('Hello'); }";
writeFileSync(
  join(folder, 'plain.mjs'),
  `import { createServer } from 'node:http'; createServer(${answer}).listen(Number(process.argv[2]), '127.0.0.1');`,
);
writeFileSync(
  join(folder, 'confined.ts'),
  `import { createServer } from 'node:http'; import { listener, program } from 'cloudabi/program';
   export default program({ schema: { listen: listener() } }, ({ listen }) => { createServer(${answer}).listen(listen); });`,
);
// Functions that a program has and does not call, as most of what is bundled.
const ballast = Array.from(
  { length: 5000 },
  (_, index) =>
    `export function unused${index}(value) { if (value > ${index}) { return [value, ${index}].map((each) => each * 2 + ${index}); } const text = 'some text ${index}'; return text.split(' ').concat(String(value)); }`,
).join('\n');
writeFileSync(join(folder, 'ballast.mjs'), ballast);
const starts = `import * as all from './ballast.mjs'; globalThis.all = all;`;
writeFileSync(join(folder, 'start.mjs'), `${starts}\nexport default () => {};`);

/** A port that nobody listens on. */
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
  readonly memory: number;
};

/** Processor time of a process in microseconds, in steps of the host's clock, which has 100 ticks a second (proc_pid_stat(5)). */
function cpuTime(pid: number | undefined): number {
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
  const cpu = cpuTime(child.pid);
  const end = performance.now() + seconds * 1000;
  const client = async (): Promise<void> => {
    for (let now = performance.now(); now < end; ) {
      await once(port, agent);
      const then = performance.now();
      times.push(then - now);
      now = then;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  const used = cpuTime(child.pid) - cpu;
  agent.destroy();
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  times.sort((a, b) => a - b);
  return {
    requests: times.length / seconds,
    p99: times[Math.floor(times.length * 0.99)] ?? Number.NaN,
    cpu: used / times.length,
    memory: Number(/^VmHWM:\s*(\d+)/m.exec(status)?.[1] ?? 0) / 1024,
  };
}

async function serve(confined: boolean): Promise<Load> {
  const port = await freePort();
  const grants = join(folder, 'grants.yaml');
  writeFileSync(grants, `listen: !socket\n  bind: 127.0.0.1:${port}\n`);
  const parameters = confined
    ? [command, '--config', grants, join(folder, 'confined.ts')]
    : [join(folder, 'plain.mjs'), String(port)];
  const child = spawn(process.execPath, parameters, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    return await load(port, child);
  } finally {
    child.kill('SIGKILL');
  }
}

/** Milliseconds from before a process exists until it has ended. */
function timeOf(parameters: readonly string[], input: string): number {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, parameters, { env, input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${parameters.join(' ')} failed: ${stderr}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

const plain: Load[] = [];
const confined: Load[] = [];
for (let turn = 0; turn < turns; turn++) {
  // Whoever comes second finds a warmer machine, so that they change places.
  for (const isConfined of turn % 2 === 0 ? [false, true] : [true, false])
    (isConfined ? confined : plain).push(await serve(isConfined));
}
const startup: { plain: number[]; empty: number[]; linked: number[]; cached: number[] } = {
  plain: [],
  empty: [],
  linked: [],
  cached: [],
};
for (let turn = 0; turn < turns * 3; turn++) {
  startup.empty.push(timeOf(['-e', '0'], ''));
  startup.plain.push(timeOf([join(folder, 'start.mjs')], ''));
  rmSync(join(env.XDG_CACHE_HOME, 'cloudabi/linked'), { recursive: true, force: true });
  startup.linked.push(timeOf([command, join(folder, 'start.mjs')], 'null\n'));
  startup.cached.push(timeOf([command, join(folder, 'start.mjs')], 'null\n'));
}
rmSync(folder, { recursive: true, force: true });

const of = (loads: readonly Load[], key: keyof Load): number => median(loads.map((each) => each[key]));
const result = {
  requests: { plain: of(plain, 'requests'), confined: of(confined, 'requests') },
  p99: { plain: of(plain, 'p99'), confined: of(confined, 'p99') },
  cpu: { plain: of(plain, 'cpu'), confined: of(confined, 'cpu') },
  memory: { plain: of(plain, 'memory'), confined: of(confined, 'memory') },
  startup: {
    empty: Math.min(...startup.empty),
    plain: Math.min(...startup.plain),
    linked: Math.min(...startup.linked),
    cached: Math.min(...startup.cached),
  },
};
if (options.json) {
  console.log(JSON.stringify({ units: { time: 'ms', memory: 'MB' }, aims: AIMS, ...result }, undefined, 2));
} else {
  const ratio = (key: 'requests' | 'p99' | 'cpu'): string =>
    (result[key].confined / result[key].plain).toFixed(3);
  printTable(
    ['HTTP server', 'requests/s', 'p99, ms', 'CPU, us/request', 'peak, MB'],
    (['plain', 'confined'] as const).map((name) => [
      name,
      result.requests[name].toFixed(0),
      result.p99[name].toFixed(2),
      result.cpu[name].toFixed(1),
      result.memory[name].toFixed(1),
    ]),
  );
  const more = (result.memory.confined - result.memory.plain).toFixed(1);
  console.log(
    `\nConfined over plain: requests ${ratio('requests')}, p99 ${ratio('p99')}, CPU ${ratio('cpu')}, memory ${more} MB more\n`,
  );
  const { empty, plain: node } = result.startup;
  printTable(
    ['start of a bundle of 1 MB', 'ms', 'over node -e 0', 'over node'],
    (['empty', 'plain', 'linked', 'cached'] as const).map((name) => {
      const time = result.startup[name];
      return [name, time.toFixed(1), (time - empty).toFixed(1), (time - node).toFixed(1)];
    }),
  );
  console.log(
    `\nAims: requests at least ${AIMS.requests}, at most ${AIMS.megabytes} MB more; starts at most ${AIMS.linked} ms more when linked, ${AIMS.cached} ms when cached`,
  );
}
