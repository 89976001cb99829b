// Runs benchmarks one after the other and prints their tables: `npm run bench` all of bench/, `npm run bench --
// calls --json` one of them with options. They compare the built dist/ with its peers on this machine.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { buildTests } from './build-tests.js';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const benchmarks = [
  'calls',
  'faces',
  'startup',
  'argdata',
  'threads',
  'linux-startup',
  'linux-steady',
  'node',
  'enter',
];
const [name, ...options] = process.argv.slice(2);
if (name !== undefined && !benchmarks.includes(name)) {
  console.error(`There is no benchmark ${name}: the benchmarks are ${benchmarks.join(', ')}`);
  process.exit(2);
}
await buildTests('bench');
for (const each of name === undefined ? benchmarks : [name]) {
  if (name === undefined) console.log(`\n${each}\n`);
  const { status } = spawnSync(process.execPath, [`build/bench/${each}.js`, ...options], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}
