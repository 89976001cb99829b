// Runs benchmarks against their peers on this machine and the built dist/. All of bench/ run one after the other, or
// those that are named; each is a process of its own.
//   npm run bench -- [NAME…] [--turns N]     prints the tables
//   npm run bench -- [NAME…] --json          prints the records
//   npm run bench -- [NAME…] --write         keeps the records in bench/results and writes the tables of pages anew
//   npm run bench -- --tables                writes the tables anew from the records that are there; measures nothing
import { spawnSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildTests } from './build-tests.js';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

/** Prints a mistake in the command line and ends. */
function refuse(message) {
  console.error(message);
  process.exit(2);
}

function readCommandLine() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        write: { type: 'boolean', default: false },
        tables: { type: 'boolean', default: false },
        turns: { type: 'string' },
      },
    });
  } catch (error) {
    return refuse(error.message.split('. ')[0]);
  }
}

const { values: options, positionals: names } = readCommandLine();
if (options.turns !== undefined && !/^[1-9]\d*$/.test(options.turns))
  refuse(`--turns wants a number from 1, not '${options.turns}'`);
await buildTests('bench', 'tests/frame/policy');
const { benchmarks } = await import('../build/bench/benchmarks.js');
const { renderRun, writePages } = await import('../build/bench/pages.js');
const { thisMachine, writeRecord } = await import('../build/bench/record.js');

const wrong = names.find((name) => benchmarks[name] === undefined);
if (wrong !== undefined)
  refuse(`There is no benchmark ${wrong}: the benchmarks are ${Object.keys(benchmarks).join(', ')}`);

/**
 * The environment of all contenders. Extra certificates cost each start of Node some 47 ms, and NODE_OPTIONS and
 * what npm sets for its scripts would slow some contenders and not others.
 */
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(?:NODE_|npm_|INIT_CWD$)/.test(name)),
);

/** Runs one benchmark; its record. */
function run(name) {
  const machine = thisMachine();
  const start = performance.now();
  process.stderr.write(`${name} ...\n`);
  const turns = options.turns === undefined ? [] : ['--turns', options.turns];
  const { status, stdout } = spawnSync(process.execPath, [`build/bench/${name}.js`, ...turns], {
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) return undefined;
  process.stderr.write(`${name}: ${Math.round((performance.now() - start) / 1000)} s\n`);
  return { machine, ...JSON.parse(stdout) };
}

if (options.write && loadavg()[0] > 0.5)
  console.error(
    `The load of this machine is ${loadavg()[0].toFixed(1)}: figures to be published want a quiet one`,
  );

const records = {};
const failed = [];
for (const name of options.tables ? [] : names.length > 0 ? names : Object.keys(benchmarks)) {
  const record = run(name);
  if (record === undefined) failed.push(name);
  else {
    records[name] = record;
    if (options.write) writeRecord(name, record);
  }
}

if (options.write || options.tables) {
  writePages();
} else if (options.json) {
  console.log(JSON.stringify(records, undefined, 2));
} else {
  for (const [name, record] of Object.entries(records)) console.log(`${renderRun(name, record)}\n`);
}
for (const name of failed) console.error(`The benchmark ${name} has failed: its tables stay as they were`);
if (failed.length > 0) process.exitCode = 1;
