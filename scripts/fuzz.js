// `npm run fuzz`: builds fuzz/ with what it tests, our own code made to count which of it runs, and searches.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { createInstrumenter } from 'istanbul-lib-instrument';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

/** Counts statements and branches of src/. */
const counted = {
  name: 'counted',
  setup({ onLoad }) {
    const instrumenter = createInstrumenter({ esModules: true, compact: false });
    onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, 'utf8'), { loader: 'ts', target: 'node20' });
      return { contents: instrumenter.instrumentSync(code, relative('.', path)), loader: 'js' };
    });
  },
};

await build({
  entryPoints: ['fuzz/main.ts', 'fuzz/searcher.ts'],
  outdir: 'build/fuzzing',
  platform: 'node',
  target: 'node20',
  format: 'esm',
  bundle: true,
  external: ['koffi', 'yaml'],
  logLevel: 'warning',
  plugins: [counted],
});
const { status } = spawnSync(process.execPath, ['build/fuzzing/main.js', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
