// Runs the tests: type-checks them, builds them (build-tests.js) and hands the files to Node's own test runner.
// `node scripts/test.js tests/argdata` runs a part; a first argument of --no-check skips the type check.
// TEST_PROCESSES says how many files run at once, TEST_SEED which values properties are tried with.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildTests } from './build-tests.js';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const args = process.argv.slice(2);
const check = args[0] !== '--no-check';
const wanted = check ? args : args.slice(1);

function run(...argv) {
  const { status, error } = spawnSync(process.execPath, argv, { stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

// Values of properties differ from commit to commit, and are the same each time that a commit is tried.
const commit = spawnSync('git', ['rev-parse', '--short=7', 'HEAD'], { encoding: 'utf8' }).stdout?.trim();
process.env.TEST_SEED ??= String(Number.parseInt(commit || '1', 16));
console.log(`TEST_SEED=${process.env.TEST_SEED} gives properties these values again.`);

if (check) run('node_modules/typescript/bin/tsc', '-p', 'tests/tsconfig.json');
if (wanted.length === 0) rmSync('build/tests', { recursive: true, force: true });
const sources = await buildTests('tests', 'attacks', 'bench', 'fuzz');
const files = sources
  .filter((name) => name.endsWith('.test.ts'))
  .filter((name) => wanted.length === 0 || wanted.some((prefix) => name.startsWith(prefix)))
  .map((name) => join('build', name.replace(/\.ts$/, '.js')));
if (files.length === 0) {
  console.error(`No test file matches ${wanted.join(', ')}`);
  process.exit(2);
}
/** Milliseconds after which a file hangs; the longest takes a tenth of that. A run that never ends says nothing. */
const HANGS = 20 * 60_000;

// The reporter that ends with what failed: a long log is read from its end.
run(
  '--test',
  '--test-reporter=spec',
  `--test-timeout=${HANGS}`,
  `--test-concurrency=${process.env['TEST_PROCESSES'] ?? availableParallelism()}`,
  '--enable-source-maps',
  ...files,
);
