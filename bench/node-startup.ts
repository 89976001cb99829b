// How long does a program in TypeScript or JavaScript take to start and end? One that does nothing, and one that brings a
// bundle of a megabyte and calls none of it: by `cloudabi-run`, cached and linked anew, and by launch() with a new object
// each time, over plain Node, and beside Deno and Bun where they are installed. Contenders take turns. Time is from before
// the process exists, or the call, until its end is known; processor time is that of all processes.
// Run: npm run bench -- node-startup [--turns N]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from '../src/run/launch.ts';
import { ours, type Run, race, summarize, time, type Ways } from './commands.ts';
import { peer } from './peers.ts';
import { allTime } from './processor-time.ts';
import { benchOptions, OURS, type Result, report } from './report.ts';

const NODE = 'node';

const options = benchOptions(12);

const folder = mkdtempSync(join(tmpdir(), 'cloudabi-bench-'));
/** The cache of programs that were linked, which launch() reads in this process. */
const cache = join(folder, 'cache');
process.env['XDG_CACHE_HOME'] = cache;
/** A cache that is emptied before each start. */
const empty = join(folder, 'empty');
const env = { PATH: process.env['PATH'], XDG_CACHE_HOME: cache };

const deno = peer('deno');
const bun = peer('bun');

// Functions that a program has and does not call, as most bundled ones.
const ballast = Array.from(
  { length: 5000 },
  (_, index) =>
    `export function unused${index}(value) { if (value > ${index}) { return [value, ${index}].map((each) => each * 2 + ${index}); } const text = 'some text ${index}'; return text.split(' ').concat(String(value)); }`,
).join('\n');
writeFileSync(join(folder, 'ballast.mjs'), ballast);

/** The programs, by what pages call them. */
const PROGRAMS = {
  'an empty program': 'export default () => {};',
  'a program of 1 MB':
    "import * as all from './ballast.mjs'; globalThis.all = all;\nexport default () => {};",
};

async function launched(program: string): Promise<Run> {
  const cpu = allTime();
  const start = performance.now();
  const reason = await launch(program, null).exited;
  const wall = performance.now() - start;
  if (reason.kind !== 'exited' || reason.code !== 0) throw new Error(JSON.stringify(reason));
  return { wall, cpu: allTime() - cpu };
}

async function measure(work: string, program: string): Promise<Result[]> {
  const run = (place: string, ...before: readonly string[]): Run =>
    time(ours('cloudabi-run', ...before, program), { ...env, XDG_CACHE_HOME: place }, 'null\n');
  const peers: Ways = {
    [NODE]: () => time([process.execPath, program], env),
    ...(deno !== undefined && { deno: () => time([deno, 'run', '--no-remote', program], env) }),
    ...(bun !== undefined && { bun: () => time([bun, 'run', program], env) }),
  };
  run(cache);
  run(cache, '--walls', 'landlock');
  const runs = await race(
    {
      ...peers,
      cached: () => run(cache),
      'launch()': () => launched(program),
      landlock: () => run(cache, '--walls', 'landlock'),
      linked: () => {
        rmSync(empty, { recursive: true, force: true });
        return run(empty);
      },
    },
    options.turns,
  );
  const of = (way: string): Map<string, readonly Run[]> => {
    const others = Object.keys(peers).map((name) => [name, runs.get(name) ?? []] as const);
    return new Map([[OURS, runs.get(way) ?? []], ...others]);
  };
  return ['cached', 'linked', 'launch()', 'landlock']
    .flatMap((way) => summarize(`${work}, ${way}`, of(way)))
    .filter((result) => !result.work.endsWith('median'));
}

const results: Result[] = [];
for (const [work, text] of Object.entries(PROGRAMS)) {
  const program = join(folder, `${work.replaceAll(' ', '-')}.mjs`);
  writeFileSync(program, text);
  results.push(...(await measure(work, program)));
}
rmSync(folder, { recursive: true, force: true });
report(results, options);
