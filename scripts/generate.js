// Regenerates the files made from spec/cloudabi.abi, and the pages made from tables in the source. The generators
// are bundled in memory, not taken from dist/, because dist/ cannot be built while the generated files are missing.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

async function load(entry) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'warning',
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

const { generate } = await load('src/abi/generate.ts');
let files;
try {
  files = generate(readFileSync('spec/cloudabi.abi', 'utf8'));
} catch (error) {
  if (error.code !== 'ABI_SPEC') throw error;
  console.error(`spec/cloudabi.abi: ${error.message}`);
  process.exit(1);
}
for (const [path, text] of files) writeFileSync(path, text);
const { supportPage } = await load('src/gates/support-page.ts');
writeFileSync('docs/calls.md', supportPage());
const { withCallGroups } = await load('src/worlds/call-groups-page.ts');
const linuxPage = 'docs/linux-programs.md';
writeFileSync(linuxPage, withCallGroups(readFileSync(linuxPage, 'utf8')));
const { withPromises } = await load('src/worlds/promises-page.ts');
writeFileSync('docs/promises.md', withPromises(readFileSync('docs/promises.md', 'utf8')));
const { categoriesPage } = await load('src/supervisor/categories-page.ts');
writeFileSync('docs/categories.md', categoriesPage());
