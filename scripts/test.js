// Runs the tests: type-checks them, turns tests/**/*.ts into build/tests/ (imports of src/ become imports
// of dist/, so that tests see what users get) and hands the files to Node's own test runner.
// `node scripts/test.js tests/argdata` runs a part; a first argument of --no-check skips the type check.
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const args = process.argv.slice(2);
const check = args[0] !== '--no-check';
const wanted = check ? args : args.slice(1);

function run(...argv) {
  const { status, error } = spawnSync(process.execPath, argv, { stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

const sources = ['tests', 'bench']
  .flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, name)))
  .filter((name) => name.endsWith('.ts'));
if (check) run('node_modules/typescript/bin/tsc', '-p', 'tests/tsconfig.json');
if (wanted.length === 0) rmSync('build/tests', { recursive: true, force: true });
await build({
  entryPoints: sources,
  outdir: 'build',
  outbase: '.',
  platform: 'node',
  target: 'node20',
  format: 'esm',
  bundle: true,
  sourcemap: 'inline',
  logLevel: 'warning',
  plugins: [
    {
      // Every import stays an import: of dist/ where it named src/, of build/ where it named a test file.
      name: 'keep-imports',
      setup({ onResolve }) {
        onResolve({ filter: /.*/ }, ({ path, kind }) => {
          if (kind === 'entry-point') return undefined;
          return {
            path: path.replace(/^((?:\.\.\/)+)src\/(.*)\.ts$/, '../$1dist/$2.js').replace(/\.ts$/, '.js'),
            external: true,
          };
        });
      },
    },
  ],
});
const files = sources
  .filter((name) => name.endsWith('.test.ts'))
  .filter((name) => wanted.length === 0 || wanted.some((prefix) => name.startsWith(prefix)))
  .map((name) => join('build', name.replace(/\.ts$/, '.js')));
if (files.length === 0) {
  console.error(`No test file matches ${wanted.join(', ')}`);
  process.exit(2);
}
run('--test', `--test-concurrency=${availableParallelism()}`, '--enable-source-maps', ...files);
