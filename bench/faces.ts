// Do both faces of the kernel cost the same? One program (bench/programs/faces.c) makes the same calls through
// WASI and through CloudABI, in turns, in one process under `cloudabi exec`; each time is the least of all turns.
// The ratio is what the choice of the face adds to a call.
// Run: npm run bench -- faces [--json] [--turns N]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { least, printTable } from './report.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What the issue asks for: the faces within so much of each other. */
const AIM = 0.05;

const { values: options } = parseArgs({
  options: { json: { type: 'boolean', default: false }, turns: { type: 'string', default: '5' } },
});

const folder = mkdtempSync(join(tmpdir(), 'cloudabi-bench-'));
const best = new Map<string, { wasi: number | undefined; cloudabi: number | undefined }>();
try {
  for (let turn = 0; turn < Number(options.turns); turn++) {
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
const rows = [...best].map(([call, { wasi = Number.NaN, cloudabi = Number.NaN }]) => ({
  call,
  wasi,
  cloudabi,
  ratio: cloudabi / wasi,
}));
if (options.json) {
  console.log(JSON.stringify({ unit: 'ns', aim: AIM, rows }, undefined, 2));
} else {
  printTable(
    ['call', 'WASI, ns', 'CloudABI, ns', 'ratio'],
    rows.map(({ call, wasi, cloudabi, ratio }) => [
      call,
      wasi.toFixed(0),
      cloudabi.toFixed(0),
      ratio.toFixed(2),
    ]),
  );
  console.log(`\nAim: ratios of ${(1 - AIM).toFixed(2)} to ${(1 + AIM).toFixed(2)}`);
}
