import { workerData } from 'node:worker_threads';
import { runThreads } from '../../gates/wasm/run-thread.ts';
import type { WorkerStart } from '../../gates/wasm/threads.ts';
import { type Ending, endAs } from '../../process/ending.ts';
import { report } from '../../process/guest-report.ts';

/** The whole life of a thread that a program's process has started for its program's threads. */
export function guestThread(): void {
  const start: WorkerStart & { readonly ending: Ending } = workerData;
  const { ending } = start;
  runThreads(start, {
    end: (exit) => endAs(exit, ending),
    ...(ending.to === 'launcher' &&
      ending.trace && { onRefused: (refusal) => report({ is: 'refused', refusal }) }),
  });
}
