/** Launches a program of each kind that does not end, with a limit of half a second, and tells how it went. */
import { writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { command } from '../../../src/resources/constructors.ts';
import { launch } from '../../../src/run/launch.ts';

const [module = '', folder = ''] = process.argv.slice(2);
const script = join(folder, 'spins.ts');
writeFileSync(script, 'for (;;);\n');
for (const [program, argdata] of [
  [module, null],
  [script, null],
  ['/bin/sh', command({ base: 'system', arguments: ['-c', 'while :; do :; done'] })],
] as const) {
  const start = process.hrtime.bigint();
  const jumped = Math.abs(Date.now() - Date.now()) > 1e9;
  const reason = await launch(program, argdata, { limits: { wallClock: 500 } }).exited;
  const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
  writeSync(1, `${JSON.stringify({ jumped, reason, milliseconds })}\n`);
}
