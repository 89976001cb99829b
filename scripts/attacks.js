// `npm run attacks`: builds the corpus' frame and makes the attempts against the built dist/.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { buildTests } from './build-tests.js';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
await buildTests('attacks', 'tests');
const main = ['build/attacks/frame/main.js', ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, main, { stdio: 'inherit' });
process.exit(status ?? 1);
