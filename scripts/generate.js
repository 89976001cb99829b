// Regenerates what is generated from spec/cloudabi.abi. The generator is bundled in memory, not taken from
// dist/, because dist/ cannot be built while the generated files are missing.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const { outputFiles } = await build({
  entryPoints: ['src/abi/generate.ts'],
  bundle: true,
  write: false,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  logLevel: 'warning',
});
const { generate } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
);
let files;
try {
  files = generate(readFileSync('spec/cloudabi.abi', 'utf8'));
} catch (error) {
  if (error.code !== 'ABI_SPEC') throw error;
  console.error(`spec/cloudabi.abi: ${error.message}`);
  process.exit(1);
}
for (const [path, text] of files) writeFileSync(path, text);
