// Runs benchmarks against their peers on this machine and the built dist/. `npm run bench` runs all of bench/ one after
// the other and prints one table of all ratios, `npm run bench -- --json` the same for programs; `npm run bench --
// calls --turns 20` runs one of them with its own table.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { buildTests } from './build-tests.js';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const benchmarks = [
  'calls',
  'faces',
  'startup',
  'argdata',
  'threads',
  'toolchain',
  'linux-startup',
  'linux-steady',
  'node',
  'enter',
];

const [first, ...rest] = process.argv.slice(2);
const all = first === undefined || first.startsWith('-');
if (!all && !benchmarks.includes(first)) {
  console.error(`There is no benchmark ${first}: the benchmarks are ${benchmarks.join(', ')}`);
  process.exit(2);
}
await buildTests('bench');
if (!all) {
  const { status } = spawnSync(process.execPath, [`build/bench/${first}.js`, ...rest], { stdio: 'inherit' });
  process.exit(status ?? 1);
}

/** The host of the figures. */
const machine = {
  processor: cpus()[0]?.model ?? process.arch,
  processors: cpus().length,
  memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
  system: `Linux ${release()}`,
  node: process.version,
  date: new Date().toISOString().slice(0, 10),
};

const found = [];
for (const name of benchmarks) {
  const start = performance.now();
  process.stderr.write(`${name} ...`);
  const options = process.argv.slice(2).filter((option) => option !== '--json');
  const argv = [`build/bench/${name}.js`, '--json', ...options];
  const { status, stdout } = spawnSync(process.execPath, argv, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) process.exit(status ?? 1);
  process.stderr.write(` ${Math.round((performance.now() - start) / 1000)} s\n`);
  for (const result of JSON.parse(stdout)) found.push({ benchmark: name, ...result });
}

if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ machine, results: found }, undefined, 2));
} else {
  const load = readFileSync('/proc/loadavg', 'utf8').split(' ')[0];
  console.log(`${Object.values(machine).join(', ')}; load at the end ${load}\n`);
  console.log('| benchmark | work | cloudabi | to its peers | aim |');
  console.log('| --- | --- | ---: | --- | --- |');
  for (const { benchmark, work, unit, values, ratios, aims } of found) {
    const peers = Object.entries(ratios).map(([name, ratio]) => `${ratio.toPrecision(3)} x ${name}`);
    const wanted = aims.map(({ aim, reached }) =>
      reached === null ? aim : `${aim}: ${reached ? 'reached' : 'missed'}`,
    );
    const ours = `${Number(values.cloudabi.toPrecision(3))} ${unit}`;
    console.log(`| ${[benchmark, work, ours, peers.join(', '), wanted.join('; ')].join(' | ')} |`);
  }
}
