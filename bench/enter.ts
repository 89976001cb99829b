// How long does a living application stand still for capability mode? A server that listens and has written a line
// imports cloudabi/capsicum, prepares, and calls enter(); each step is timed in a process of its own, and the least of
// all turns counts. Processor time is that of all threads.
// Run: npm run bench -- enter [--turns N]
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { benchOptions, least, OURS, type Result, report } from './report.ts';

const options = benchOptions(15);

const library = fileURLToPath(new URL('../../dist/capsicum/index.js', import.meta.url));
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

function measure([name, what]: readonly [string, string]): Result[] {
  let values: readonly number[] = [];
  for (let turn = 0; turn < options.turns; turn++) {
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', application(what)],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`The application has failed: ${stderr}`);
    const times: number[] = JSON.parse(stdout);
    values = times.map((time, index) => least(values[index], time));
  }
  const result = (work: string, index: number): Result => ({
    work,
    unit: 'ms',
    values: { [OURS]: values[index] ?? Number.NaN },
  });
  const entering = result(name, 2);
  return what === ''
    ? [result('import', 0), result('prepare', 1), entering, result(`${name}, CPU`, 3)]
    : [entering];
}

report(Object.entries(variants).flatMap(measure), options);
