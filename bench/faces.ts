// Do both faces of the kernel cost the same? One program (bench/programs/faces.c) makes the same calls through
// WASI and through CloudABI, in turns, in one process under `cloudabi exec`; each time is the least of all turns.
// The ratio is what the choice of the face adds to a call.
// Run: npm run bench -- faces [--turns N]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchOptions, least, OURS, report } from './report.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

const options = benchOptions(5);

const folder = mkdtempSync(join(tmpdir(), 'cloudabi-bench-'));
const best = new Map<string, { wasi: number | undefined; cloudabi: number | undefined }>();
try {
  for (let turn = 0; turn < options.turns; turn++) {
    const wasm = join(root, 'bench/programs/faces.wasm');
    const argv = [join(root, 'dist/bin/cloudabi.js'), 'exec', '--write', `${folder}:/directory`, wasm];
    const { status, stdout, stderr } = spawnSync(process.execPath, [...argv, '/directory'], {
      encoding: 'utf8',
    });
    if (status !== 0) {
      console.error(`The program failed: ${stderr}`);
      process.exit(1);
    }
    for (const line of stdout.trim().split('\n')) {
      const [call = '', wasi, cloudabi] = line.split('\t');
      const before = best.get(call);
      best.set(call, {
        wasi: least(before?.wasi, Number(wasi)),
        cloudabi: least(before?.cloudabi, Number(cloudabi)),
      });
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
report(
  [...best].map(([call, { wasi = Number.NaN, cloudabi = Number.NaN }]) => ({
    work: call,
    unit: 'ns',
    values: { [OURS]: cloudabi, WASI: wasi },
  })),
  options,
);
