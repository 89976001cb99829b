// Runs in a child process: makes calls on every thread of it, among them a worker that spins, one that waits and one
// that stops there. Prints what /proc says of each thread before and after.
import { readdirSync, readFileSync, writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { onEveryThread } from '../../../src/host/processes/threads.ts';
import { callNumberOf } from '../../../src/linux/system-calls.ts';
import { keepCapabilities } from '../../../src/walls/capabilities.ts';

const PR_SET_NO_NEW_PRIVS = 38;
const prctl = callNumberOf('prctl');

function threads(): Record<string, string>[] {
  return readdirSync('/proc/self/task').map((id) => {
    const text = readFileSync(`/proc/self/task/${id}/status`, 'utf8');
    const field = (name: string): string => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(text)?.[1] ?? '';
    return {
      name: field('Name'),
      NoNewPrivs: field('NoNewPrivs'),
      SigBlk: field('SigBlk'),
      CapEff: field('CapEff'),
    };
  });
}

if (process.argv[2] === 'fail') {
  try {
    onEveryThread([{ name: 'prctl', number: prctl, arguments: [PR_SET_NO_NEW_PRIVS, 2] }]);
  } catch (error) {
    writeSync(1, error instanceof Error ? error.message : '');
  }
  process.exit(0);
}

const shared = new Int32Array(new SharedArrayBuffer(8));
const start = (code: string): Worker => new Worker(code, { eval: true, workerData: shared });
const spinning = start(
  'const a = require("worker_threads").workerData; Atomics.add(a, 0, 1); for (;;) Math.sqrt(2);',
);
const waiting = start(
  'const a = require("worker_threads").workerData; Atomics.add(a, 0, 1); Atomics.wait(a, 1, 0);',
);
const answering = start(
  'const { parentPort, workerData } = require("worker_threads"); Atomics.add(workerData, 0, 1); parentPort.on("message", () => parentPort.postMessage("still answers"));',
);
while (Atomics.load(shared, 0) < 3) await new Promise((resolve) => setTimeout(resolve, 5));

const before = threads();
onEveryThread([{ name: 'prctl', number: prctl, arguments: [PR_SET_NO_NEW_PRIVS, 1] }, keepCapabilities([])]);
const after = threads();
const worker = await new Promise((resolve) => {
  answering.once('message', resolve);
  answering.postMessage('?');
});
writeSync(1, JSON.stringify({ before, after, worker }));
void spinning.terminate();
void waiting.terminate();
process.exit(0);
