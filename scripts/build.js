// Builds dist/: type-checks everything with tsc, which also emits the library, then links each
// executable into one file, because loading sixty small modules costs more than the program it starts.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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

// Each executable becomes one CommonJS file. Node starts those a good deal faster than ES modules, and esbuild
// keeps what is imported with import() unevaluated until it is wanted, so a rare command costs the others
// no more than being skipped over by the parser.
const entries = existsSync('src/bin') ? readdirSync('src/bin').filter((name) => name.endsWith('.ts')) : [];
await build({
  entryPoints: entries.map((name) => `src/bin/${name}`),
  outdir: 'dist/bin',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'eof',
  external: ['koffi', '@yowasp/clang', 'esbuild'],
  define: { 'import.meta.url': '__importMetaUrl' },
  banner: { js: "const __importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
  logLevel: 'warning',
});
mkdirSync('dist/bin', { recursive: true });
writeFileSync('dist/bin/package.json', '{ "type": "commonjs" }\n');
for (const name of entries) chmodSync(`dist/bin/${name.replace(/\.ts$/, '.js')}`, 0o755);
