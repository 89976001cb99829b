// How long does a living application stand still for capability mode? A server that listens and has written a line
// imports cloudabi/capsicum, prepares, and calls enter(); each step is timed in a process of its own, and the least and
// the median of all turns count. Processor time is that of all threads, and what other work on the machine disturbs least.
// Run: npm run bench -- enter [--json] [--turns N]
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median, printTable } from './report.ts';

/** Milliseconds for enter(). */
const AIM = 5;

const { values: options } = parseArgs({
  options: { json: { type: 'boolean', default: false }, turns: { type: 'string', default: '15' } },
});

const library = fileURLToPath(new URL('../../dist/gates/capsicum/index.js', import.meta.url));
const keep = `keep: { ${JSON.stringify(tmpdir())}: 'read' }`;
const variants: Readonly<Record<string, string>> = {
  'enter()': '',
  'enter({ keep })': keep,
  'enter({ descriptors })': 'descriptors: [0, 1, 2, server]',
  'enter({ onRefused })': 'onRefused() {}',
};

const application = (what: string): string => `
  import { once } from 'node:events';
  import { createServer } from 'node:http';
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  console.error('Listening since', new Date());
  const start = performance.now();
  const { enter, prepare } = await import(${JSON.stringify(library)});
  const loaded = performance.now();
  await prepare({ system: true });
  const before = process.cpuUsage();
  const prepared = performance.now();
  enter({ ${what} });
  const entered = performance.now();
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify([loaded - start, prepared - loaded, entered - prepared, (user + system) / 1000]));
  process.exit();`;

// Whoever has extra certificates read pays for them at the latest in enter().
const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;

const rows = Object.entries(variants).map(([name, what]) => {
  const turns = Array.from({ length: Number(options.turns) }, (): number[] => {
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', application(what)],
      { encoding: 'utf8', env },
    );
    if (status !== 0) throw new Error(`The application has failed: ${stderr}`);
    return JSON.parse(stdout);
  });
  const step = (index: number): number[] => turns.map((turn) => turn[index] ?? Number.NaN);
  return {
    name,
    import: Math.min(...step(0)),
    prepare: Math.min(...step(1)),
    enter: Math.min(...step(2)),
    median: median(step(2)),
    cpu: Math.min(...step(3)),
  };
});

if (options.json) {
  console.log(JSON.stringify({ unit: 'ms', aim: AIM, rows }, undefined, 2));
} else {
  printTable(
    ['', 'import, ms', 'prepare, ms', 'enter, ms', 'median', 'CPU, ms'],
    rows.map((row) => [
      row.name,
      ...[row.import, row.prepare, row.enter, row.median, row.cpu].map((value) => value.toFixed(1)),
    ]),
  );
  console.log(`\nAim: at most ${AIM} ms for enter().`);
}
