// Builds dist/: type-checks everything with tsc, which also emits the library, then links each
// executable into one file, because loading sixty small modules costs more than the program it starts.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

function run(...argv) {
  const { status, error } = spawnSync(process.execPath, argv, { stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

if (!process.argv.includes('--keep')) rmSync('dist', { recursive: true, force: true });
run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.json');

const entries = existsSync('src/bin') ? readdirSync('src/bin').filter((name) => name.endsWith('.ts')) : [];
await build({
  entryPoints: entries.map((name) => `src/bin/${name}`),
  outdir: 'dist/bin',
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  external: ['koffi', '@yowasp/clang', 'esbuild'],
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
for (const name of entries) chmodSync(`dist/bin/${name.replace(/\.ts$/, '.js')}`, 0o755);
