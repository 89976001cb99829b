// Turns TypeScript of tests/, bench/ and fuzz/ into build/: imports of src/ become imports of dist/, so that tests and
// benchmarks see what users get.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Every import stays an import: of dist/ where it named src/, of build/ where it named a test file. */
const keepImports = {
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
};

/** Builds the given folders, but for programs in AssemblyScript; returns their source files. */
export async function buildTests(...folders) {
  const sources = folders
    .flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, name)))
    .filter((name) => /^(?!tests\/programs\/)(?!.*node_modules\/).*\.ts$/.test(name));
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
    plugins: [keepImports],
  });
  return sources;
}
