import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExitReason } from '../../src/index.ts';
import type { Observation } from '../frame/runner.ts';
import { type Scene, SceneWatch } from '../frame/scene.ts';

/** Nothing takes longer, in milliseconds. */
export const LONGEST = 240_000;

const JOURNAL = 'what was written before\n';

/** Returns the path of the append-only file. */
export const journalOf = ({ ROOT }: Scene): string => join(ROOT, 'journal');

/**
 * Adds to the folders what attempts of guests find there: in `work` the links `link` and `file-link` to the secret,
 * beside it the link `a-link` and the journal.
 */
export function furnish(scene: Scene): void {
  symlinkSync('../secret', join(scene.WORK, 'link'));
  symlinkSync('../secret/file', join(scene.WORK, 'file-link'));
  symlinkSync('nowhere', join(scene.ROOT, 'a-link'));
  writeFileSync(journalOf(scene), JOURNAL);
}

/** Finds changes to the journal other than growth. */
export function journalFindings(scene: Scene): string[] {
  return readFileSync(journalOf(scene), 'utf8').startsWith(JOURNAL) ? [] : ['the journal has not only grown'];
}

/** Names the end of a program in one word, for programs that have printed no result. */
export function endOf(reason: ExitReason): string {
  switch (reason.kind) {
    case 'exited':
      return `status-${reason.code}`;
    case 'signaled':
      return reason.signal;
    case 'limit':
      return `limit-${reason.limit}`;
    case 'failed':
      return reason.code;
    default:
      return reason.kind;
  }
}

/** The results that a program has printed for its attempt and its twin, and its end. */
export type Told = {
  readonly attempt?: string;
  readonly twin?: string;
  readonly end: string;
  readonly output: string;
};

/** Starts a program in a scene; the second time for its twin alone. */
export type Start = (second: boolean) => Promise<Told>;

/**
 * Observes an attempt and its twin in a scene of their own.
 *
 * @param prepare Makes ready what the program needs of the scene.
 */
export async function observe(prepare: (scene: Scene) => Promise<Start>): Promise<Observation> {
  const watch = new SceneWatch();
  try {
    furnish(watch.scene);
    const start = await prepare(watch.scene);
    const first = await start(false);
    // An attempt that ended the program leaves its twin to another run in the same place.
    const second = first.twin === undefined ? await start(true) : first;
    const output = first.output + (second === first ? '' : second.output);
    return {
      kind: 'seen',
      attempt: first.attempt ?? first.end,
      twin: second.twin ?? second.end,
      evidence: [...watch.findings(output), ...journalFindings(watch.scene)],
      output,
    };
  } finally {
    watch.remove();
  }
}
