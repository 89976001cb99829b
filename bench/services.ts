// What does it cost to ask a service, where a program without walls would ask the host itself? A confined program in
// TypeScript is started by launch() and asks by the clients that it is handed: opening channels, one question, look-ups of
// names over the loopback, a thousand channels that are open at once, and the memory of the processes of services while the
// program waits.
//   cold      from launch() to the end of a program that asks once, over one that does nothing; processor time is that of all
//             processes, those of services included
//   direct    the same names by the resolver of Node, in a process without walls
// Contenders take turns, and the least of all turns counts.
// Run: npm run bench -- services [--turns N]
import { spawn } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { firstProcess } from '../src/process/first-process.ts';
import { pipe, service } from '../src/resources/constructors.ts';
import { launch } from '../src/run/launch.ts';
import { privateMemory, type Run, race, summarize, treeOf } from './commands.ts';
import { allTime } from './processor-time.ts';
import { benchOptions, least, OURS, type Result, report } from './report.ts';

const options = benchOptions(5);
const WITHOUT = 'without';
const DIRECT = 'direct';
/** Look-ups and the like are made in short batches, of which the least counts: other work on the machine misses some. */
const BATCHES = options.brief ? 4 : 25;
const BATCH = 20;
const CHANNELS = 1000;
/** Starts of each contender for a turn of the rest. */
const STARTS = 4;

const folder = mkdtempSync(join(tmpdir(), 'cloudabi-bench-'));
process.env['XDG_CACHE_HOME'] = join(folder, 'cache');
const client = fileURLToPath(new URL('../../bench/programs/service-client.ts', import.meta.url));

/** Writes a program into the folder; its path. */
function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
const idle = write('idle.mjs', 'export default () => {};');
const asking = write(
  'asking.mjs',
  "export default async ({ users }) => { await users.getpwnam({ name: 'root' }); };",
);
const waiting = write(
  'waiting.mjs',
  "export default async ({ users, output }) => { await users.getpwnam({ name: 'root' }); output.write('ready'); await new Promise(() => setInterval(() => undefined, 60_000)); };",
);
const settings = write('settings.json', '{}');
const classes = write('login.conf', 'default:\\\n\t:path=/usr/bin:\n');

/** A server of names in a process of its own, which gives every name one address. */
const SERVER = `
const server = require('node:dgram').createSocket('udp4').bind(0, '127.0.0.1', () => console.log(server.address().port));
server.on('message', (asked, { port, address }) => {
  let end = 12;
  while (asked[end] !== 0) end += asked[end] + 1;
  end += 5;
  const isA = asked[end - 3] === 1;
  const head = Buffer.from([asked[0], asked[1], 0x81, 0x80, 0, 1, 0, isA ? 1 : 0, 0, 0, 0, 0]);
  const answer = Buffer.from(isA ? [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7] : []);
  server.send(Buffer.concat([head, asked.subarray(12, end), answer]), port, address);
});
process.stdin.on('end', () => process.exit()).resume();`;

const server = spawn(process.execPath, ['-e', SERVER], { stdio: ['pipe', 'pipe', 'inherit'] });
const [line] = await once(server.stdout, 'data');
const resolver = `127.0.0.1:${Number(line)}`;
const direct = new Resolver();
direct.setServers([resolver]);

/** The services that share a process. */
const shared = (): Record<string, unknown> => ({
  users: service('pwd'),
  groups: service('grp'),
  ports: service('netdb'),
  dice: service('random'),
  names: service({ dns: { resolver } }),
  kernel: service({ sysctl: { names: { 'kernel.ostype': 'read' } } }),
  files: service({ fileargs: { files: [settings] } }),
  log: service({ syslog: { reconnect: true } }),
  login: service({ login: { file: classes } }),
  zygote: service({ zygote: { services: { pwd: {}, grp: {} } } }),
});

/** Those and services with a process of their own. */
const family = (): Record<string, unknown> => ({
  ...shared(),
  tree: service({ filesystem: { directory: folder } }),
  settings: service({ configuration: { files: [settings] } }),
  network: service({ net: { connect: ['example.org:443'] } }),
  tls: service({ tls: { names: ['example.org'] } }),
  api: service({ http: { origins: { 'https://example.org': null } } }),
  probes: service({ socket: { sockets: [{ family: 'ipv4', type: 'datagram', protocol: 'udp' }] } }),
  tools: service({ program: { programs: { tool: { path: '/usr/bin/true', grants: { base: 'system' } } } } }),
});

/** One run of a program, from its start to the end of all its processes. */
async function started(program: string, tree: unknown): Promise<Run> {
  const before = treeOf(process.pid).length;
  const cpu = allTime();
  const begin = performance.now();
  const reason = await launch(program, tree).exited;
  const wall = performance.now() - begin;
  if (reason.kind !== 'exited' || reason.code !== 0) throw new Error(JSON.stringify(reason));
  // Its services end with it, and their processor time counts when they are gone.
  while (treeOf(process.pid).length > before) await new Promise((resolve) => setTimeout(resolve, 10));
  return { wall, cpu: allTime() - cpu };
}

/** Starts a program with services, waits for what it writes first, and ends it when that has been looked at. */
async function look<Seen>(
  program: string,
  tree: Record<string, unknown>,
  see: (said: string, services: readonly number[]) => Seen,
): Promise<Seen> {
  const before = new Set(treeOf(process.pid));
  const output = pipe('write');
  const running = launch(program, { ...tree, output });
  try {
    const said = await Promise.race([once(output.stream, 'data'), running.exited]);
    if (!Array.isArray(said)) throw new Error(`The program has ended: ${JSON.stringify(said)}`);
    const own = new Set(treeOf(firstProcess(running) ?? 0));
    return see(
      String(said[0]),
      treeOf(process.pid).filter((pid) => !before.has(pid) && !own.has(pid)),
    );
  } finally {
    running.kill();
    await running.exited;
  }
}

const memoryOf = (_said: string, services: readonly number[]): number =>
  services.reduce((sum, pid) => sum + privateMemory(pid), 0);

const best = new Map<string, { unit: Result['unit']; values: Record<string, number> }>();
function note(work: string, unit: Result['unit'], contender: string, figure: number): void {
  const values = best.get(work)?.values ?? {};
  values[contender] = least(values[contender], figure);
  best.set(work, { unit, values });
}

const results: Result[] = [];
try {
  const runs = await race(
    {
      [WITHOUT]: () => started(idle, null),
      [OURS]: () => started(asking, { users: service('pwd') }),
    },
    STARTS * options.turns,
  );
  results.push(...summarize('cold', runs));
  for (let turn = 0; turn < options.turns; turn++) {
    for (let batch = 0; batch < BATCHES; batch++) {
      const begin = performance.now();
      for (let index = 0; index < BATCH; index++) await direct.resolve4(`b${turn}-${batch}-${index}.example`);
      note('look-up', 'us', DIRECT, (1000 * (performance.now() - begin)) / BATCH);
    }

    const { users, names: dns, zygote } = shared();
    const counts = { turn, batches: BATCHES, batch: BATCH, channels: CHANNELS };
    const figures = await look(client, { users, names: dns, zygote, ...counts }, (said) => JSON.parse(said));
    note('warm', 'ms', OURS, figures.warm);
    note('round trip', 'us', OURS, 1000 * figures.roundTrip);
    note('look-up', 'us', OURS, 1000 * figures.lookUp);
    note('1,000 channels', 'ms', OURS, figures.thousand);

    note('memory, shared', 'MB', OURS, await look(waiting, shared(), memoryOf));
    note('memory, family', 'MB', OURS, await look(waiting, family(), memoryOf));
  }
} finally {
  server.kill();
  rmSync(folder, { recursive: true });
}
report([...results, ...[...best].map(([work, { unit, values }]) => ({ work, unit, values }))], options);
