// Functions for attempts in JavaScript. Each exports `attempt` and `twin`, which receive the grants of the program:
// the directories `readable` and `work`, the append-only file `journal`; and names of its surroundings: `base` is the folder of
// all of these and of `secret/file`, which was not granted, `victim` and `launcher` are processes, `port`, `streams` and
// `abstract` are addresses of servers that were not granted. Both succeed unless they throw or return a word.

/** Nothing that an attempt waits for takes longer, in milliseconds. */
const PATIENCE = 8000;

/** Makes an attempt and its twin, and tells both answers. */
export async function answer({ attempt, twin }, given, print) {
  print(`attempt: ${await outcome(() => attempt(given))}\n`);
  print(`twin: ${await outcome(() => twin(given))}\n`);
}

async function outcome(run) {
  try {
    const word = await run();
    return typeof word === 'string' && /^[\w-]+$/.test(word) ? word : 'ok';
  } catch (error) {
    return String(error?.cause?.code ?? error?.code ?? error?.name ?? error).replace(/[^\w-]/g, '-');
  }
}

/**
 * Resolves when `start` calls what it is given without an error, rejects when it does so with one or not at all.
 *
 * @param start {(done: (error?: unknown) => void) => unknown}
 */
export function settled(start) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(Object.assign(new Error('Nothing happened'), { code: 'nothing' })),
      PATIENCE,
    );
    const done = (error) => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve();
    };
    start(done);
  });
}
