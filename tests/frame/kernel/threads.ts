import { writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** Runs a piece of work on threads of its own and waits for all; each must end within `patience` milliseconds. */
export async function onThreads(works: readonly object[], patience = 120_000): Promise<void> {
  const workers = works.map(
    (work) => new Worker(new URL('thread.js', import.meta.url), { workerData: work }),
  );
  const ends = workers.map(
    (worker, index) =>
      new Promise<void>((resolve, reject) => {
        worker.once('error', reject);
        worker.once('exit', (code) =>
          code === 0 ? resolve() : reject(new Error(`thread ${index} ended with ${code}`)),
        );
      }),
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      // A thread that sleeps in the kernel cannot be terminated by itself, and would keep the runner waiting.
      writeSync(2, 'A thread waits for ever: a wake-up was lost\n');
      process.kill(process.pid, 'SIGKILL');
      reject(new Error('a thread waits for ever'));
    }, patience);
  });
  try {
    await Promise.race([Promise.all(ends), late]);
  } finally {
    clearTimeout(timer);
    for (const worker of workers) void worker.terminate();
  }
}
