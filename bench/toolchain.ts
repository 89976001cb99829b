// How long does `cloudabi cc` take for a program of one file: for the first time, again without a change, and after a
// change? The cache is a new one, so that the first time is one. What is measured is the whole command; a reader may
// conclude how long to wait, not how fast the compiler is.
// Run: npm run bench -- toolchain [--turns N]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchOptions, least, OURS, report } from './report.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const source = readFileSync(join(root, 'examples/hello/hello.c'), 'utf8');
const options = benchOptions(3);

const best = new Map<string, number>();
for (let turn = 0; turn < options.turns; turn++) {
  const folder = mkdtempSync(join(tmpdir(), 'cloudabi-bench-'));
  const compile = (work: string, text: string): void => {
    writeFileSync(join(folder, 'hello.c'), text);
    const argv = [join(root, 'dist/bin/cloudabi.js'), 'cc', 'hello.c', '-o', 'hello.wasm'];
    const env = { PATH: process.env['PATH'], XDG_CACHE_HOME: join(folder, 'cache') };
    const start = performance.now();
    const { status, stderr } = spawnSync(process.execPath, argv, { cwd: folder, env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`cc failed: ${stderr}`);
    best.set(work, least(best.get(work), performance.now() - start));
  };
  compile('first', source);
  compile('again', source);
  compile('after a change', `${source}\n/* changed */\n`);
  rmSync(folder, { recursive: true });
}
report(
  [...best].map(([work, time]) => ({
    work,
    unit: 'ms',
    values: { [OURS]: time },
  })),
  options,
);
