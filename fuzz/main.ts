import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { CURRENT_LENGTH, type Order, STARTED, type Told } from './order.ts';
import { readSeeds } from './seeds.ts';
import type { Target } from './target.ts';
import { targets } from './targets/index.ts';

const HELP = `Usage: npm run fuzz -- [--time DURATION] [--seed NUMBER] [TARGET...]

Searches for bytes that break a promise of what reads bytes from outside, guided by the code they reach. The time is
shared among the targets. The first finding of a target is written to fuzz/seeds/TARGET, where a test repeats it.

  --time DURATION  how long in all, such as 30s, 10m or 2h; by default 1m
  --seed NUMBER    of the random numbers, to repeat a search; by default the time of day

Targets:
`;

/** An input that is not handled within this many milliseconds is a finding. */
const PATIENCE = 20_000;

/** Seconds in a duration such as `10m`; NaN if it is none. */
function secondsOf(text: string): number {
  const [, number = '', unit = ''] = /^([0-9]+)(s|m|h)$/.exec(text) ?? [];
  return number === '' ? Number.NaN : Number(number) * ({ s: 1, m: 60, h: 3600 }[unit] ?? Number.NaN);
}

function save(target: Target, input: Uint8Array): string {
  const folder = join('fuzz', 'seeds', target.name);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `found-${createHash('sha256').update(input).digest('hex').slice(0, 12)}`);
  writeFileSync(path, input);
  return path;
}

/** Searches one target in a thread of its own; resolves to whether its promise held. */
function search(target: Target, seconds: number, seed: number): Promise<boolean> {
  const current = new SharedArrayBuffer(8 + target.maximumLength);
  const header = new Int32Array(current, 0, 2);
  const order: Order = { name: target.name, seed, seconds, seeds: readSeeds(target), current };
  // Our own calls close descriptors that Node would miss.
  const worker = new Worker(new URL('searcher.js', import.meta.url), {
    workerData: order,
    trackUnmanagedFds: false,
  });
  return new Promise((resolve) => {
    let holds = true;
    let line = '';
    const found = (input: Uint8Array, error: string): void => {
      holds = false;
      console.log(
        `${target.name}: the promise broke: ${target.promise}\n  ${save(target, input)}\n${error}\n`,
      );
    };
    let last = -1;
    let since = Date.now();
    const watch = setInterval(() => {
      const started = Atomics.load(header, STARTED);
      if (started !== last) [last, since] = [started, Date.now()];
      if (Date.now() - since < PATIENCE) return;
      clearInterval(watch);
      found(inputBeingTried(), `It was not handled within ${PATIENCE / 1000} seconds`);
      // A thread that waits in a system call cannot be ended alone.
      process.exit(1);
    }, 1000);
    const inputBeingTried = (): Uint8Array => new Uint8Array(current, 8, header[CURRENT_LENGTH]).slice();
    worker.on('message', (told: Told) => {
      if (told.is === 'finding') found(told.input, told.error);
      else {
        const { runs, inputs, features } = told;
        line = `${target.name.padEnd(10)} ${runs} runs, ${inputs} inputs kept, ${features} features reached`;
        if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${line}`);
      }
    });
    worker.on('error', (error) => found(inputBeingTried(), error.stack ?? error.message));
    worker.on('exit', () => {
      clearInterval(watch);
      console.log(process.stdout.isTTY ? '' : line);
      resolve(holds);
    });
  });
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { time: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    process.stdout.write(
      HELP + targets.map(({ name, promise }) => `  ${name.padEnd(10)} ${promise}\n`).join(''),
    );
    return 0;
  }
  const seconds = secondsOf(values.time ?? '1m');
  const seed = values.seed === undefined ? (Date.now() % 0x7fffffff) + 1 : Number(values.seed);
  const unknown = positionals.find((name) => !targets.some((target) => target.name === name));
  if (Number.isNaN(seconds) || !Number.isSafeInteger(seed) || unknown !== undefined) {
    const names = targets.map(({ name }) => name).join(', ');
    console.error(unknown === undefined ? HELP : `There is no target ${unknown}; there are ${names}`);
    return 64;
  }
  const chosen = targets.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  console.log(
    `Seed ${seed}; ${Math.ceil(seconds / chosen.length)} seconds for each of ${chosen.length} targets`,
  );
  let held = true;
  for (const target of chosen) held = (await search(target, seconds / chosen.length, seed)) && held;
  return held ? 0 : 1;
}

process.exitCode = await main();
