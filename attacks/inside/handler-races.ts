// Runs in a child process: in capability mode, changes directories through the handler of refused calls while another
// thread rewrites what the handler reads, as an attacker would: where paths lead, where names lie, paths and names
// themselves. Prints one JSON object. Arguments: whether anything is rewritten (`raced` or `quiet`), and a folder with
// `kept`, and `outside` beside it.
import fs from 'node:fs';
import { Worker } from 'node:worker_threads';
import { enter } from '../../src/capsicum/index.ts';
import { type Address, addressOf, bytesAt } from '../../src/host/libc.ts';
import { NativeMemory } from '../../src/host/memory.ts';
import { syscall } from '../../src/host/syscall.ts';
import { PlaceLayout, QUESTION_STATE, State } from '../../src/host/trap/layout.ts';
import { callNumberOf } from '../../src/linux/system-calls.ts';

const [mode = '', folder = ''] = process.argv.slice(2);
const kept = `${folder}/kept`;
const held = fs.openSync(folder, 'r');

/** Writes two values in turn to words of memory, as fast as it can, until it is told to stop. */
const flipper = `
const { parentPort, workerData } = require('node:worker_threads');
import(${JSON.stringify(new URL('../../../dist/host/libc.js', import.meta.url).href)}).then(({ bytesAt }) => {
  parentPort.once('message', ({ targets, stop }) => {
    const stopped = new Int32Array(stop);
    const views = targets.map(({ address, first, second }) =>
      ({ word: new BigUint64Array(bytesAt(address, 8).buffer), first: BigInt(first), second: BigInt(second) }));
    parentPort.postMessage('flipping');
    for (let round = 0; Atomics.load(stopped, 0) === 0; round++)
      for (const { word, first, second } of views) Atomics.store(word, 0, round % 2 ? first : second);
    for (const { word, first } of views) Atomics.store(word, 0, first);
    parentPort.postMessage('stopped');
  });
  parentPort.postMessage('up');
});`;
const worker = new Worker(flipper, { eval: true });
const heard = (): Promise<void> => new Promise((resolve) => worker.once('message', () => resolve()));
await heard();
enter({ keep: { [kept]: 'all' } });

const state = syscall(QUESTION_STATE);
const read = (address: number): number =>
  Number(new DataView(bytesAt(address as Address, 8).buffer).getBigUint64(0, true));
const stop = new SharedArrayBuffer(4);
const evil = new NativeMemory(65536);
// Each slot from which the handler may read a name holds a path that leads out.
for (let at = 0; at < evil.length; at += 256) evil.bytes.set(Buffer.from('../outside/made\0'), at);
const path = Buffer.from(`${kept}/inside\0`);
const slot = path.length - 8;
const inside = Buffer.from(path).readBigUInt64LE(slot);
const outside = Buffer.from('../../xx').readBigUInt64LE(0);

const places = read(state + State.places);
const count = Number(BigInt.asUintN(32, BigInt(read(state + State.placeCount))));
/** The first place leads elsewhere: into the folder that is held and was not kept. */
const copies = new NativeMemory(count * PlaceLayout.size);
copies.bytes.set(bytesAt(places as Address, count * PlaceLayout.size));
for (let index = 0; index < count; index++)
  copies.view.setInt32(index * PlaceLayout.size + PlaceLayout.descriptor, held, true);

const targets = [
  { address: state + State.places, first: places, second: copies.address },
  { address: state + State.names, first: read(state + State.names), second: evil.address },
  { address: addressOf(path) + slot, first: String(inside), second: String(outside) },
];
if (mode === 'raced') {
  worker.postMessage({ targets, stop });
  await heard();
}

const counts: Record<string, number> = {};
function counted(name: string, action: () => unknown): void {
  let answer = 'done';
  try {
    action();
  } catch (error) {
    answer = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
  counts[`${name}: ${answer}`] = (counts[`${name}: ${answer}`] ?? 0) + 1;
}
for (let round = 0; round < 1500; round++) {
  counted('mkdir', () => fs.mkdirSync(`${kept}/made`));
  counted('rmdir', () => fs.rmdirSync(`${kept}/made`));
  counted('write', () => fs.writeFileSync(`${kept}/file`, 'x'));
  counted('link', () => fs.linkSync(`${kept}/file`, `${kept}/linked`));
  counted('rename', () => fs.renameSync(`${kept}/linked`, `${kept}/made`));
  counted('unlink', () => fs.unlinkSync(`${kept}/made`));
  counted('symlink', () => fs.symlinkSync('x', `${kept}/made`));
  counted('unlink', () => fs.unlinkSync(`${kept}/made`));
  counted('raw mkdir', () => {
    const result = syscall(callNumberOf('mkdirat'), -100, addressOf(path), 0o777);
    if (result < 0) throw Object.assign(new Error(), { code: String(result) });
  });
  counted('read outside', () => fs.readFileSync(`${kept}/secret`));
}
if (mode === 'raced') {
  Atomics.store(new Int32Array(stop), 0, 1);
  await heard();
}
fs.writeSync(1, JSON.stringify(counts));
process.exit(0);
