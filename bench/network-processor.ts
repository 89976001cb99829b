// How much processor time does a network that leads to granted hosts take? That of all processes together, the client's and the
// server's too: of a connection, and of a GB over one stream and over ten. The clock is not asked, so that other
// work on the machine counts for little. Contenders take turns.
// Run: npm run bench -- network-processor [--turns N]
import { readFileSync } from 'node:fs';
import { reapIfEnded } from '../src/host/processes/spawn.ts';
import { syscall } from '../src/host/syscall.ts';
import { PR_SET_CHILD_SUBREAPER } from '../src/linux/prctl.ts';
import { callNumberOf } from '../src/linux/system-calls.ts';
import { treeOf } from './commands.ts';
import {
  endListeners,
  figure,
  launched,
  port as p,
  relay,
  type Start,
  server,
  starts,
} from './network-contenders.ts';
import { allTime } from './processor-time.ts';
import { benchOptions, least, type Result, report } from './report.ts';

const options = benchOptions(3);

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

/** The processes beneath this one; `undefined` where one of them ends meanwhile. */
function processes(): readonly number[] | undefined {
  try {
    return treeOf(process.pid);
  } catch {
    return undefined;
  }
}

// Peers leave processes behind that they do not wait for: they become children of this one.
syscall(callNumberOf('prctl'), PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);

/** Waits for processes that have become children of this one. */
function reapOrphans(found: readonly number[]): void {
  for (const pid of found)
    try {
      reapIfEnded(pid);
    } catch {
      // It has another parent, or was waited for.
    }
}

/** A run: its figure, and the processor time of all of its processes in milliseconds, counted when they have ended. */
type Costs = { readonly value: number; readonly time: number };

async function costs(start: Start, args: readonly string[]): Promise<Costs> {
  const known = new Set(processes());
  const before = allTime() + listenersTime();
  const value = await figure(start, args);
  for (let pauses = 0; pauses < MOST_PAUSES; pauses++) {
    const others = processes()?.filter((pid) => !known.has(pid));
    if (others?.length === 0) break;
    // Those of a launch are waited for by it.
    if (start !== launched) reapOrphans(others ?? []);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return { value, time: Number.isFinite(value) ? allTime() + listenersTime() - before : Number.NaN };
}

/** The least processor time of a work, without that of a start which does hardly any; `each` divides it by the figure. */
async function workTime(
  work: readonly string[],
  little: readonly string[],
  each: boolean,
): Promise<Record<string, number>> {
  const values: Record<string, number> = {};
  for (let turn = 0; turn < options.turns; turn++)
    for (const [name, start] of Object.entries(starts)) {
      const began = await costs(start, little);
      const { value, time } = await costs(start, work);
      const cost = each ? ((time - began.time) * 1000) / value : time - began.time;
      if (Number.isFinite(cost)) values[name] = least(values[name], cost);
    }
  return values;
}

const results: Result[] = [];
const connections = await workTime(['open', p, '8', '1'], ['connect', p, '1'], true);
results.push({ work: 'a connection', unit: 'us', values: connections });
for (const [streams, title] of [
  ['1', 'one stream'],
  ['10', 'ten streams'],
] as const) {
  if (options.brief) break;
  const values = await workTime(['stream', p, streams, '1001'], ['stream', p, streams, '1'], false);
  results.push({ work: `1 GB over ${title}`, unit: 'ms', values });
}

endListeners();
report(results, options);
