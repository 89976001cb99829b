// What does the command line cost that starts a Linux program? `cloudabi exec -- /bin/true` from before its process
// exists until it has ended, over an empty script, which is what any tool in Node takes; beside it a script that starts
// /bin/true by spawn, and bubblewrap, firejail and srt by their own command lines. Then the memory, which no other
// process shares, of all processes that watch over one program while it runs. Contenders take turns.
// Run: npm run bench -- command-line [--turns N]
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommandLine, memoryAbove, ours, race, summarize, time, type Ways } from './commands.ts';
import { wrappers } from './linux-peers.ts';
import { benchOptions, median, OURS, type Result, report } from './report.ts';

const options = benchOptions(25);

/** Turns of srt, which takes many times as long. */
const SLOW_TURNS = 5;

/** Turns in which memory is looked at: it hardly differs. */
const MEMORY_TURNS = 3;
const TRUE = '/usr/bin/true';
const SLEEP = '/usr/bin/sleep';

const folder = mkdtempSync(join(tmpdir(), 'cloudabi-bench-'));
const env = { PATH: process.env['PATH'], XDG_CACHE_HOME: join(folder, 'cache'), HOME: folder };
const script = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const empty = script('empty.mjs', '');
const spawning = script(
  'spawning.mjs',
  `import { spawn } from 'node:child_process'; spawn(process.argv[2], process.argv.slice(3), { stdio: 'inherit' });`,
);

const peers = wrappers(TRUE);
const EMPTY = 'empty script';
const SPAWN = 'script with spawn';

/** The command lines of all contenders for one program; ours with options. */
function lines(
  program: readonly string[],
  ...given: readonly string[]
): Readonly<Record<string, CommandLine>> {
  return {
    [SPAWN]: [process.execPath, spawning, ...program],
    [OURS]: ours('cloudabi', 'exec', ...given, '--', ...program),
    ...Object.fromEntries(
      peers.map(({ name, path, arguments: before }) => [name, [path, ...before, ...program] as const]),
    ),
  };
}

async function start(work: string, ...given: readonly string[]): Promise<Result[]> {
  const ways: Ways = Object.fromEntries(
    Object.entries({ [EMPTY]: [process.execPath, empty] as const, ...lines([TRUE], ...given) }).map(
      ([name, line]) => [name, () => time(line, env)],
    ),
  );
  const turnsOf = (name: string): number => (name === 'srt' ? SLOW_TURNS : options.turns);
  return summarize(work, await race(ways, options.turns, turnsOf));
}

/** The memory above a program that sleeps, for each contender. */
async function memory(): Promise<Result> {
  const values: Record<string, number> = {};
  for (const [name, [program, ...parameters]] of Object.entries(lines([SLEEP, '1000'], '--no-terminal'))) {
    const found: number[] = [];
    for (let turn = 0; turn < MEMORY_TURNS; turn++)
      found.push(await memoryAbove(spawn(program, parameters, { env, stdio: 'ignore' }), 'sleep'));
    values[name] = median(found);
  }
  return { work: 'memory of what watches', unit: 'MB', values };
}

const results = [
  ...(await start('exec -- true')),
  ...(await start('exec --base system -- true', '--base', 'system')),
  await memory(),
];
rmSync(folder, { recursive: true });
report(results, options);
