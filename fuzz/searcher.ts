import { parentPort, workerData } from 'node:worker_threads';
import { Engine } from './engine.ts';
import { CURRENT_LENGTH, type Order, STARTED, type Told } from './order.ts';
import { targets } from './targets/index.ts';

/** Milliseconds between two messages. */
const INTERVAL = 1000;

/** The thread that searches: it tells how far it is, and the first finding. */
function search({ name, seed, seconds, seeds, current }: Order): void {
  const target = targets.find((candidate) => candidate.name === name);
  if (target === undefined) throw new Error(`There is no target ${name}`);
  const header = new Int32Array(current, 0, 2);
  const place = new Uint8Array(current, 8);
  const tell = (told: Told): void => parentPort?.postMessage(told);
  const engine = new Engine(target, seed, (input) => {
    place.set(input.subarray(0, place.length));
    header[CURRENT_LENGTH] = input.length;
    Atomics.store(header, STARTED, (header[STARTED] ?? 0) + 1);
  });
  const end = Date.now() + seconds * 1000;
  let finding = engine.seed(seeds);
  while (finding === undefined && Date.now() < end) {
    finding = engine.search(Math.min(end, Date.now() + INTERVAL));
    tell({ is: 'progress', ...engine.progress });
  }
  if (finding === undefined) return;
  const { input, error } = finding;
  tell({
    is: 'finding',
    input,
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
}

const order: Order = workerData;
search(order);
