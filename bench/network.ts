// What does a network that leads to granted hosts cost? Connections one after the other and in parallel, exchanges over 50 of
// them, streams of 1 and 10, what a start takes longer, and the memory of what carries 2,000 connections. Contenders take
// turns.
// Run: npm run bench -- network [--turns N]
import { once } from 'node:events';
import { command } from '../src/resources/constructors.ts';
import { launch } from '../src/run/launch.ts';
import { privateMemory, treeOf } from './commands.ts';
import { endListeners, figure, HOST, MOST_MS, port as p, RELAY, starts } from './network-contenders.ts';
import { benchOptions, least, OURS, type Result, report } from './report.ts';

const options = benchOptions(3);

type Work = {
  readonly work: string;
  readonly unit: Result['unit'];
  readonly args: readonly string[];
};

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

/** The milliseconds from a start to the end of a client that connects once. */
async function startTime(network: boolean): Promise<number> {
  const begin = performance.now();
  const args = ['-c', 'exit 0'];
  const world = command({
    base: 'system',
    arguments: args,
    ...(network && { network: { hosts: [`localhost:${p}`] } }),
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
    const late = setTimeout(() => running.kill(), MOST_MS);
    // A client that fails says nothing.
    const carried = await Promise.race([held, running.ended.then(() => false)]);
    clearTimeout(late);
    if (!carried) {
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

endListeners();
report(results, options);
